import { describe, expect, test } from '@jest/globals';
import { parseCause } from '../../../core/playbook/cause.ts';
import { formatProblem } from '../../../core/playbook/problem.ts';
import { causeOf, causeText, context, promql, type CauseParts } from '../../support/causes.ts';

const parts: CauseParts = { evidence: [promql('drops')], confirmed: ['drops.max > 1.0'] };
const known = new Set(['one', 'table-full', 'port-race']);

function problemsOf(source: string, options: Parameters<typeof parseCause>[2] = {}): string[] {
  const parsed = parseCause(source, 'causes/one.md', options);
  return 'problems' in parsed ? parsed.problems.map(formatProblem) : [];
}

describe('look-alikes', () => {
  const looking = (prose: string): string =>
    causeText(parts).replace('## Otherwise', `## Look-alikes\n\n${prose}\n\n## Otherwise`);
  const lineOf = (source: string, text: string): number =>
    source.slice(0, source.indexOf(text)).split('\n').length;

  test('are the causes that the prose links, each once, in its order', () => {
    const source = looking(
      '[Ports](port-race.md) and [tables](./table-full.md), as [RFC 1](https://example.com/x.md) says;\nnot [ports](port-race.md).',
    );
    const parsed = parseCause(source, 'causes/one.md', { known });
    expect('cause' in parsed && parsed.cause.lookAlikes).toEqual(['port-race', 'table-full']);
  });

  test('are none where nothing is linked', () => {
    expect(causeOf(parts).lookAlikes).toEqual([]);
    const parsed = parseCause(looking('None.'), 'causes/one.md', { known });
    expect('cause' in parsed && parsed.cause.lookAlikes).toEqual([]);
  });

  test('are taken as they are where nobody knows which causes there are', () => {
    expect(causeOf({ ...parts, lookAlikes: ['anything'] }).lookAlikes).toEqual(['anything']);
  });

  test.each([
    ['tabel-full.md', 'table-full.md'],
    ['port-races.md', 'port-race.md'],
    ['something-else-entirely.md', 'conntrack-table-full.md'],
    ['../table-full.md', 'table-full.md'],
    ['causes/table-full.md', 'table-full.md'],
    ['http.md', 'conntrack-table-full.md'],
  ])('a link to %s is refused, and %s meant', (url, meant) => {
    const source = looking(`As\n  said: [it](${url}).`);
    expect(problemsOf(source, { known })).toEqual([
      `causes/one.md:${lineOf(source, 'said:')}:9 Unexpected link ${url}, expected the file of another cause, as in ${meant}`,
    ]);
  });

  test('a link that is no file of a cause is refused even where nobody knows which there are', () => {
    expect(problemsOf(looking('[it](../x.md)'))).toHaveLength(1);
  });
});

describe('to which targets it can happen', () => {
  test('is to all, if nothing is said', () => {
    expect(causeOf(parts)).not.toHaveProperty('applies');
  });

  test.each([
    ['target.type == "ClusterIP"', true],
    ['target.mesh != ""', false],
  ])('%s', (applies, value) => {
    expect(causeOf({ ...parts, applies }).applies?.evaluate(new Map(), context)).toEqual({ value });
  });

  test.each([
    ['target.kind == "x"', 'Unexpected fact kind, expected a fact of that evidence', 7],
    ['drops.max > 1.0', 'Unexpected name drops, expected target', 0],
    ['target.mesh', 'Unexpected rule of type string, expected bool', 0],
  ])('%s is refused', (applies, said, offset) => {
    const found = problemsOf(causeText({ ...parts, applies }));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^causes/one\\.md:5:${10 + offset} ${said}`));
  });

  test('a mistake in a text with escapes stands at its key', () => {
    const source = causeText({ ...parts, applies: '"target.mesh == \\"x\\" || drop"' });
    expect(problemsOf(source)[0]).toMatch(/^causes\/one\.md:5:23 Unexpected name drop/);
  });
});

describe('a recorded cause', () => {
  const bare = causeText(parts).replace(/## Cases[^]*/, '');

  test('has no cases', () => {
    expect(problemsOf(bare)).toEqual([
      `causes/one.md:${bare.trimEnd().split('\n').length}:1 Unexpected end, expected a section "## Cases"`,
    ]);
    const parsed = parseCause(bare, 'causes/one.md', { cases: 'skip' });
    expect('cause' in parsed && parsed.cause.cases).toEqual([]);
  });

  test('has everything else', () => {
    expect(problemsOf(bare.replace(/## Otherwise[^]*/, ''), { cases: 'skip' })[0]).toMatch(
      /Unexpected end, expected a section "## Otherwise"$/,
    );
  });
});

describe('a chart', () => {
  test('is one look, which no rule reads', () => {
    const { chart, evidence } = causeOf({
      ...parts,
      chart: promql('course', 'rate(x[5m])', 'range unit=rate'),
    });
    expect(chart).toMatchObject({ name: 'course', source: 'promql', range: true, unit: 'rate' });
    expect(evidence.map(({ name }) => name)).toEqual(['drops']);
  });

  test('may draw a quantile, which evidence may not be', () => {
    const quantile = promql('course', 'histogram_quantile(0.9, rate(x[5m]))', 'range');
    expect(problemsOf(causeText({ ...parts, chart: quantile }))).toEqual([]);
    expect(problemsOf(causeText({ ...parts, evidence: [promql('drops'), quantile] }))[0]).toMatch(
      /Unexpected histogram_quantile/,
    );
  });
});

test.each(['target', 'window', 'in', 'bytes', 'string', 'list', 'type', 'google'])(
  'evidence cannot be called %s, which CEL keeps for itself',
  (name) => {
    expect(problemsOf(causeText({ evidence: [promql(name)] }))[0]).toBe(
      `causes/one.md:9:1 Unexpected name ${name}, expected one that CEL does not keep for itself`,
    );
  },
);
