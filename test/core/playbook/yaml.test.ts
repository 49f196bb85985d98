import { describe, expect, test } from '@jest/globals';
import { isScalar, parseDocument } from 'yaml';
import * as z from 'zod';
import { formatProblem, Problems } from '../../../core/playbook/problem.ts';
import { entriesOf, parseYaml, readYaml, textOf } from '../../../core/playbook/yaml.ts';

const Door = z.strictObject({
  name: z.string().regex(/^[a-z]+$/, 'Unexpected value, expected small letters'),
  hinge: z.strictObject({ screws: z.number(), side: z.enum(['left', 'right']).optional() }).optional(),
});

function read(text: string, schema: z.ZodType = Door): unknown {
  const problems = new Problems('x.md');
  const data = parseYaml({ text, line: 10, column: 1 }, schema, problems);
  return problems.found.length === 0 ? data : problems.found.map(formatProblem);
}

describe('parseYaml', () => {
  test.each<[string, unknown]>([
    ['name: front', { name: 'front' }],
    ['name: back\nhinge: { screws: 3, side: left }', { name: 'back', hinge: { screws: 3, side: 'left' } }],
    [
      'name: a\nhinge:\n  <<: { screws: 1 }\n  side: right',
      { name: 'a', hinge: { screws: 1, side: 'right' } },
    ],
  ])('reads %j', (text, data) => {
    expect(read(text)).toEqual(data);
  });

  test('reads an anchor as often as it is used', () => {
    const often = 500;
    expect(read(`- &a [1]\n${'- *a\n'.repeat(often)}`, z.array(z.array(z.number())))).toHaveLength(1 + often);
  });

  test.each([
    // Missing: said at the nearest thing that holds it.
    ['of the text', 'hinge: { screws: 1 }', ['10:1 Unexpected end, expected name (string)']],
    [
      'of the text, below a comment',
      '# A door\nhinge: { screws: 1 }',
      ['10:1 Unexpected end, expected name (string)'],
    ],
    ['deep within', 'name: a\nhinge: {}', ['11:8 Unexpected end, expected hinge.screws (number)']],
    // Of the wrong type
    ['no map', 'front', ['10:1 Unexpected string, expected object']],
    ['nothing', '', ['10:1 Unexpected null, expected object']],
    ['wrong type', 'name: 3', ['10:7 Unexpected number, expected string at name']],
    [
      'wrong type deep within',
      'name: a\nhinge:\n  screws: three',
      ['12:11 Unexpected string, expected number at hinge.screws'],
    ],
    // Unknown
    ['unknown key', 'name: a\ncolour: red', ['11:1 Unexpected colour, expected name, hinge']],
    ['unknown keys', 'name: a\ncolour: red\nsize: 3', ['11:1 Unexpected colour, size, expected name, hinge']],
    [
      'unknown key deep within',
      'name: a\nhinge:\n  screws: 1\n  nails: 2',
      ['13:3 Unexpected nails at hinge, expected screws, side'],
    ],
    [
      'unknown keys, one of the name that the other holds',
      'name: a\ncolour: { size: 3 }\nsize: 3',
      ['11:1 Unexpected colour, size, expected name, hinge'],
    ],
    // Of the right type, yet wrong
    ['wrong text', 'name: Front', ['10:7 Unexpected value, expected small letters at name']],
    [
      'none of the choices',
      'name: a\nhinge: { screws: 1, side: top }',
      ['11:27 Unexpected value, expected one of left, right at hinge.side'],
    ],
    // Several, and what is no YAML at all
    [
      'two mistakes',
      'name: 3\nhinge: 4',
      ['10:7 Unexpected number, expected string at name', '11:8 Unexpected number, expected object at hinge'],
    ],
    ['a map for a text', 'name: { name: a }', ['10:7 Unexpected object, expected string at name']],
    ['no YAML', 'name: "a', ['10:9 Missing closing "quote']],
    ['no YAML, behind a tab', 'name: "a\tb', ['10:11 Missing closing "quote']],
    [
      'a bracket too many, above a tab',
      'hinge: {}}\n\tname: a',
      ['10:10 Unexpected flow-map-end token in YAML stream: "}"'],
    ],
    ['a tab for spaces', 'name: a\nhinge:\n  \tscrews: 1', ['12:3 Unexpected tab, expected spaces']],
    [
      'twice the same key',
      'name: a\nname: b',
      ['11:1 Unexpected second key of this name, expected each once'],
    ],
  ])('%s', (_, text, said) => {
    expect(read(text)).toEqual(said.map((one) => `x.md:${one}`));
  });

  // Whatever the schema knows is searched for the keys that were meant.
  test.each<[string, z.ZodType, string, readonly string[]]>([
    ['a choice', z.enum(['left', 'right']), 'top', ['10:1 Unexpected value, expected one of left, right']],
    ['a map that has no keys', z.strictObject({}), 'colour: red', ['10:1 Unexpected colour']],
    ['what is in a tuple', z.tuple([Door]), '- { name: a, colour: red }', ['10:14 Unexpected colour at 0']],
    [
      'what is in a map by any name',
      z.record(z.string(), Door),
      'front: { name: a, nam: b }',
      ['10:19 Unexpected nam at front, expected name'],
    ],
    [
      'what has a default',
      z.strictObject({ door: Door.default({ name: 'a' }) }),
      'door: { nam: b, name: a }',
      ['10:9 Unexpected nam at door, expected name'],
    ],
  ])('in %s', (_, schema, text, said) => {
    expect(read(text, schema)).toEqual(said.map((one) => `x.md:${one}`));
  });

  // An alias or a merge repeats a mistake; a second mistake of the same kind is another one.
  test.each<[string, string, readonly string[]]>([
    [
      'a map twelve times',
      `- &a { name: 1 }\n${'- *a\n'.repeat(11)}`,
      ['10:14 Unexpected number, expected string at 0.name'],
    ],
    [
      'an unknown key that is merged in',
      '- name: a\n  hinge: &a { screws: 1, nails: 2 }\n- { name: b, hinge: { <<: *a, side: left } }\n- { name: c, hinge: { <<: *a } }',
      ['11:26 Unexpected nails at 0.hinge, expected screws, side'],
    ],
    [
      'two unknown keys',
      '- { name: a, hinge: { screws: 1, nails: 2 } }\n- { name: b, hinge: { screws: 1, nails: 2 } }',
      [
        '10:34 Unexpected nails at 0.hinge, expected screws, side',
        '11:34 Unexpected nails at 1.hinge, expected screws, side',
      ],
    ],
    [
      'two maps that lack the same',
      '- &a {}\n- *a',
      ['10:6 Unexpected end, expected 0.name (string)', '11:3 Unexpected end, expected 1.name (string)'],
    ],
  ])('%s', (_, text, said) => {
    expect(read(text, z.array(Door))).toEqual(said.map((one) => `x.md:${one}`));
  });

  const tenOf = (what: string): string => `[${Array.from({ length: 10 }, () => what).join(', ')}]`;
  const bomb = [
    `a: &a ${tenOf('1')}`,
    ...Array.from('bcdef', (name, index) => `${name}: &${name} ${tenOf(`*${'abcde'.charAt(index)}`)}`),
  ].join('\n');

  test.each([
    [
      'a map that is merged into itself',
      'x: &a {<<: *a}',
      '10:12 Unexpected *a within &a, expected it outside: this would never end',
    ],
    [
      'a list deep within itself',
      'x: &a\n  - y: { z: [*a] }',
      '11:14 Unexpected *a within &a, expected it outside: this would never end',
    ],
    [
      'lists of lists of lists',
      bomb,
      '14:7 Unexpected value, expected one that can be read: Excessive alias count indicates a resource exhaustion attack',
    ],
    [
      'an alias that swallows its colon, in a map that lacks nothing else',
      'x: &a 1\ny: { *a:, b: 1 }',
      '11:6 Unexpected *a: as a key, expected a space before its colon, as in *a : 1',
    ],
    [
      'an alias of nothing that has a colon in its name',
      'x: [*a:b]',
      '10:5 Unexpected *a:b, expected an anchor &a:b above it',
    ],
    [
      'a number that is merged in beside a key without a value',
      'x:\n  - { a: 1 }\n  - { a, <<: 5 }',
      '12:5 Unexpected value, expected one that can be read: Merge sources must be maps or map aliases',
    ],
    [
      'a number that is merged in',
      'x:\n  - { a: 1 }\n  - { <<: 5 }',
      '12:5 Unexpected value, expected one that can be read: Merge sources must be maps or map aliases',
    ],
  ])('%s is a mistake at its place', (_, text, said) => {
    expect(read(text, z.unknown())).toEqual([`x.md:${said}`]);
  });

  test('brackets without end are a mistake', () => {
    expect(read('['.repeat(20_000), z.unknown())).toHaveLength(1);
  });

  test.each([
    ['a pattern without words', z.string().regex(/^a$/), 'Unexpected value, must match pattern /^a$/'],
    [
      'a text in the middle that looks like one of zod',
      z.string().refine(() => false, 'No Invalid x: here'),
      'No Invalid x: here',
    ],
  ])('%s', (_, schema, said) => {
    expect(read('b', schema)).toEqual([`x.md:10:1 ${said}`]);
  });
});

describe('entriesOf', () => {
  function entries(text: string): unknown {
    const document = parseDocument(text, { merge: true });
    return entriesOf(document, document.get('it', true)).map(
      ({ key, value, merged }) =>
        `${String(key.value)}: ${JSON.stringify(value.toJS(document))}${merged ? ', merged' : ''}`,
    );
  }

  test.each<[string, readonly string[]]>([
    ['it: { a: 1, b: { c: 2 }, d: [3] }', ['a: 1', 'b: {"c":2}', 'd: [3]']],
    ['it: { 1: one, true: two }', ['1: "one"', 'true: "two"']],
    // What is merged in comes first, and gives way to what the map says itself.
    ['x: &x { a: 1, b: 2 }\nit: { b: 3, c: 4, <<: *x }', ['a: 1, merged', 'b: 3', 'c: 4']],
    ['it: { <<: { a: 1 }, b: 2 }', ['a: 1, merged', 'b: 2']],
    // Of several the first one wins.
    ['x: &x { a: 1 }\ny: &y { a: 2, b: 3 }\nit: { <<: [*x, *y] }', ['a: 1, merged', 'b: 3, merged']],
    ['x: &x { a: 1 }\ny: &y { <<: *x, b: 2 }\nit: { <<: *y }', ['a: 1, merged', 'b: 2, merged']],
    // Values, and the map itself, behind an alias
    ['x: &x { a: 1 }\nit: *x', ['a: 1']],
    ['x: &x [1]\nit: { a: *x }', ['a: [1]']],
    ['x: &x 1\ny: &x 2\nit: { a: *x }\nz: &x 3', ['a: 2']],
    // No merge, because it is quoted
    ['it: { "<<": { a: 1 } }', ['<<: {"a":1}']],
    // What is no entry
    ['it: { ? [a] : 1, b: 2 }', ['b: 2']],
    ['it: { a, b: 1 }', ['b: 1']],
    ['it: [a]', []],
    ['it: a', []],
  ])('of %j', (text, expected) => {
    expect(entries(text)).toEqual(expected);
  });
});

describe('textOf', () => {
  test.each([
    ['it: plain', { text: 'plain', line: 7, column: 5 }],
    ["it: 'single'", { text: 'single', line: 7, column: 6 }],
    ['it: "a\\tdouble"', { text: 'a\tdouble', line: 7, column: 6 }],
    ['# above\nit:   1.50', { text: '1.50', line: 8, column: 7 }],
  ])('of %j is where it can be pointed at', (text, expected) => {
    const source = { text, line: 7, column: 1 };
    const found = readYaml(source, z.unknown(), new Problems('x.md'));
    const value = found?.document.get('it', true);
    expect(isScalar(value) && textOf(source, value)).toEqual(expected);
  });
});
