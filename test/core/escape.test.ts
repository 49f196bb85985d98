import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parser } from '@prometheus-io/lezer-promql';
import fc from 'fast-check';
import { fillQuery } from '../../core/playbook/promql.ts';
import type { Target } from '../../core/target.ts';
import { startPrometheus } from '../../sim/world/prometheus.ts';
import { createMetricsReader } from '../../workers/adapters/prometheus.ts';

function targetOf(service: string, pods: readonly string[] = []): Target {
  return {
    service,
    namespace: `ns ${service}`,
    pods: pods.map((name) => ({ name, ready: true })),
    nodes: [],
    gaps: [],
  };
}

function fill(template: string, target: Target): string {
  const filled = fillQuery(template, target, 1800);
  if ('missing' in filled) throw new Error(`nothing for ${filled.missing}`);
  return filled.query;
}

/** The string literals of a query, as Prometheus reads them (Go's rules for double-quoted strings). */
function stringsOf(query: string): string[] {
  const strings: string[] = [];
  const cursor = parser.parse(query).cursor();
  do {
    if (cursor.type.isError) throw new Error(`no PromQL at ${cursor.from}: ${query}`);
    if (cursor.name === 'StringLiteral') strings.push(unquote(query.slice(cursor.from, cursor.to)));
  } while (cursor.next());
  return strings;
}

function unquote(literal: string): string {
  return literal.slice(1, -1).replace(/\\(.)/gs, (_, escaped: string) => {
    if (escaped === 'n') return '\n';
    if (escaped === '\\' || escaped === '"') return escaped;
    throw new Error(`Go knows no escape \\${escaped}`);
  });
}

const anyName = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom(...Array.from('"\'\\\n{}$|()[].*+?^-#`a1 ')) }),
  fc.constantFrom('$service', '"} or vector(1) #', '\\', '\\\\"', '.*', '$1', '$$', '${service}'),
);

describe('whatever a name holds, it stays one literal', () => {
  test('under =', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const query = fill(
          'sum(rate(up{service="$service", namespace="$namespace"}[$window]))',
          targetOf(name),
        );
        expect(stringsOf(query)).toEqual([name, `ns ${name}`]);
      }),
      { numRuns: 500 },
    );
  });

  test('under =~, where it matches itself and nothing else', () => {
    fc.assert(
      fc.property(fc.array(anyName, { minLength: 1, maxLength: 4 }), anyName, (pods, other) => {
        const [pattern = ''] = stringsOf(fill('up{pod=~"$pods"}', targetOf('x', pods)));
        const matches = new RegExp(`^(?:${pattern})$`, 's');
        for (const pod of pods) expect(pod).toMatch(matches);
        expect(matches.test(other)).toBe(pods.includes(other));
      }),
      { numRuns: 500 },
    );
  });

  test('several in one pattern are each taken literally', () => {
    const query = fill('up{x=~"$service|$namespace-.*|$pods"}', targetOf('a.b', ['p.1']));
    expect(query).toBe(String.raw`up{x=~"a\\.b|ns a\\.b-.*|p\\.1"}`);
  });

  test('in a pattern behind an escaped quote', () => {
    expect(fill(String.raw`up{x=~"\"$service"}`, targetOf('a.b'))).toBe(String.raw`up{x=~"\"a\\.b"}`);
  });
});

test('what is no parameter stays as it is, and nothing is filled in twice', () => {
  const target = targetOf('$namespace');
  expect(fill('label_replace(up{a="$service"}, "to", "$1", "from", "(.*)")', target)).toBe(
    'label_replace(up{a="$namespace"}, "to", "$1", "from", "(.*)")',
  );
});

test('a target without pods has nothing to ask about', () => {
  expect(fillQuery('up{pod=~"$pods"}', targetOf('x'), 60)).toEqual({ missing: 'pods' });
});

describe('a real Prometheus finds exactly the series of that name', () => {
  const names = [
    'checkout',
    'check"out',
    'back\\slash',
    'two\nlines',
    'curly{braces}',
    '$service',
    'a.b',
    'aXb',
    'a|b',
    '(a)[b]^c$*+?',
    'käse🧀',
    '<!channel>',
    '"} or vector(1) #',
    '\\"',
    ' ',
  ];
  const at = Math.floor(Date.now() / 1000) - 120;
  let prometheus: Awaited<ReturnType<typeof startPrometheus>>;
  beforeAll(async () => {
    const quote = (text: string): string =>
      `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
    const samples = names.map((name, i) => `probe{service=${quote(name)}} ${i} ${at}\n`);
    prometheus = await startPrometheus({
      targets: [],
      history: ['# TYPE probe gauge\n', ...samples, '# EOF\n'],
    });
  });
  afterAll(() => prometheus.close());

  async function seriesOf(query: string): Promise<string[]> {
    const metrics = createMetricsReader({ url: prometheus.url });
    const series = await metrics.instant(query, at, AbortSignal.timeout(5000));
    return series.map(({ labels }) => labels['service'] ?? '').sort();
  }

  test.each(names)('%j', async (name) => {
    const target = targetOf(name, [name]);
    expect(await seriesOf(fill('probe{service="$service"}', target))).toEqual([name]);
    expect(await seriesOf(fill('probe{service=~"$service"}', target))).toEqual([name]);
    expect(await seriesOf(fill('probe{service=~"$pods"}', target))).toEqual([name]);
  });

  test('all at once', async () => {
    expect(await seriesOf(fill('probe{service=~"$pods"}', targetOf('x', names)))).toEqual([...names].sort());
  });
});
