import { describe, expect, test } from '@jest/globals';
import { formatProblem } from '../../../core/playbook/problem.ts';
import { parseSymptom } from '../../../core/playbook/symptom.ts';

const whole = `---
id: slow
title: Slow
when: Answers take long
alerts: [^Slow, latency$]
messages:
  - timed? out
---

See [elsewhere](other.md).

## Causes

Between lists.

- [Two](causes/two.md): why
- [One](./causes/one.md), or
  - [Three](causes/three-3.md)

## See also

- [Four](causes/four.md)
`;
const known = new Set(['one', 'two', 'three-3', 'four']);

function problemsOf(source: string, file = 'playbooks/slow.md'): string[] {
  const parsed = parseSymptom(source, file, known);
  return 'problems' in parsed ? parsed.problems.map(formatProblem) : [];
}

describe('a symptom', () => {
  test('has patterns, whatever their case, and the causes that it lists, in their order', () => {
    expect(parseSymptom(whole, 'playbooks/slow.md', known)).toEqual({
      symptom: {
        id: 'slow',
        title: 'Slow',
        when: 'Answers take long',
        alerts: [/^Slow/i, /latency$/i],
        messages: [/timed? out/i],
        causes: ['two', 'one', 'three-3'],
      },
    });
  });

  test('need not have patterns', () => {
    const source = whole.replace(/alerts:[^]*out\n/, '');
    expect(parseSymptom(source, 'slow.md', known)).toMatchObject({ symptom: { alerts: [], messages: [] } });
  });

  const missing = '1:1 Unexpected end, expected a section "## Causes" with a list of links';

  test.each<[string, string | RegExp, string, readonly string[]]>([
    [
      'no front matter',
      /^---[^]*?---\n/,
      '',
      ['1:1 Unexpected start, expected front matter with id and title'],
    ],
    [
      'the id of another file',
      'id: slow',
      'id: fast',
      ['2:1 Unexpected id fast, expected slow, the name of the file'],
    ],
    [
      'an id that is none',
      'id: slow',
      'id: Slow it',
      ['2:5 Unexpected value, expected words-like-this at id'],
    ],
    ['no title', 'title: Slow\n', '', ['2:1 Unexpected end, expected title (string)']],
    [
      'an empty title',
      'title: Slow',
      'title: ""',
      ['3:8 Too small: expected string to have >=1 characters at title'],
    ],
    [
      'an empty when',
      'Answers take long',
      '""',
      ['4:7 Too small: expected string to have >=1 characters at when'],
    ],
    [
      'an unknown key',
      'title: Slow',
      'title: Slow\nnetwork: true',
      ['4:1 Unexpected network, expected id, title, when, alerts, messages'],
    ],
    [
      'a pattern that is none',
      'latency$',
      "'('",
      [
        '5:17 Unexpected pattern, expected a regular expression: Invalid regular expression: /(/i: Unterminated group at alerts.1',
      ],
    ],
    [
      'a pattern that could take hours',
      'timed? out',
      '(a+)+$',
      [
        '7:5 Unexpected (a+)+, expected a pattern that repeats nothing that repeats itself: it could take hours at messages.0',
      ],
    ],
    ['no such section', '## Causes', '## Reasons', [missing]],
    ['no list', /\n- \[Two\][^]*## See/, '\n## See', [missing]],
    [
      'a cause that is not there',
      'causes/one.md',
      'causes/noone.md',
      ['17:3 Unexpected link ./causes/noone.md, expected a file of causes/'],
    ],
    [
      'links to elsewhere',
      '[Two](causes/two.md): why',
      '[Two](two.md) [Two](causes/two.md.bak) [Two](a/causes/two.md) [Two](causes/two.md)',
      [
        '16:3 Unexpected link two.md, expected a file of causes/',
        '16:17 Unexpected link causes/two.md.bak, expected a file of causes/',
        '16:42 Unexpected link a/causes/two.md, expected a file of causes/',
      ],
    ],
  ])('with %s says so', (_, from, to, said) => {
    const source = whole.replace(from, to);
    expect(source).not.toBe(whole);
    expect(problemsOf(source)).toEqual(said.map((one) => `playbooks/slow.md:${one}`));
  });

  test('may list any cause where nobody knows which there are, yet nothing else', () => {
    const parse = (source: string): unknown => parseSymptom(source, 'slow.md', undefined);
    expect(parse(whole.replace('causes/one.md', 'causes/noone.md'))).toMatchObject({
      symptom: { causes: ['two', 'noone', 'three-3'] },
    });
    expect(parse(whole.replace('causes/one.md', 'one.md'))).toMatchObject({
      problems: [{ message: 'Unexpected link ./one.md, expected a file of causes/', line: 17 }],
    });
  });

  test('is known by the name of its file, in whatever folder', () => {
    expect(problemsOf(whole, 'slow.md')).toEqual([]);
    expect(problemsOf(whole, '/etc/own/a.md/slow.md')).toEqual([]);
    expect(problemsOf(whole, 'slow.md.md')).toEqual([
      'slow.md.md:2:1 Unexpected id slow, expected slow.md, the name of the file',
    ]);
  });
});
