import { describe, expect, test } from '@jest/globals';
import { unavailable, type Evidence } from '../../core/evidence.ts';
import { nextStep } from '../../core/next-step.ts';
import { observationsFor, plan, type Plan } from '../../core/plan.ts';
import { parseCause, type Cause } from '../../core/playbook/cause.ts';
import { formatProblem } from '../../core/playbook/problem.ts';
import type { Target } from '../../core/target.ts';

/** A cause whose rules read all of its evidence; confirmed when the CEL says so. */
function cause(id: string, evidence: string, { confirmed = 'false', chart = '' } = {}): Cause {
  const names = [...evidence.matchAll(/### `(\w+)`/g)].map(([, name]) => name ?? '');
  const reads = names.map((name) => ` && dyn(${name}) == dyn(${name})`).join('');
  const parsed = parseCause(
    `---\nid: ${id}\ntitle: ${id}\n---\n\n## Evidence\n\n${evidence}\n## Eliminated when\n\n` +
      `\`\`\`cel\nfalse${reads}\n\`\`\`\n\nNever.\n\n## Confirmed when\n\n\`\`\`cel\n${confirmed}\n\`\`\`\n\nSo.\n\n` +
      (chart === '' ? '' : `## Chart\n\n${chart}`) +
      '## Otherwise\n\nNothing.\n\n## Cases\n\n```yaml\n[]\n```\n',
    `causes/${id}.md`,
  );
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  return parsed.cause;
}
const metric = (name: string, query: string, meta = ''): string =>
  `### \`${name}\` The ${name}\n\n\`\`\`promql ${meta}\n${query}\n\`\`\`\n\n`;
const look = (name: string, yaml: string): string =>
  `### \`${name}\` The ${name}\n\n\`\`\`yaml lookup\n${yaml}\n\`\`\`\n\n`;

const target: Target = {
  namespace: 'shop',
  service: 'cart',
  workload: 'Deployment/cart',
  pods: [{ name: 'cart-1', ready: true, node: 'a' }],
  nodes: ['a'],
  gaps: [],
};
const window = { from: 1000, to: 2800 };

function planOf(...causes: readonly Cause[]): Plan {
  return plan(causes, { target, window });
}

describe('a plan', () => {
  test('fills in the names of the target and carries the window', () => {
    const { requests, context } = planOf(
      cause('one', metric('errors', 'rate(errors{service="$service",pod=~"$pods"}[$window])')),
    );
    expect(requests).toEqual([
      {
        source: 'promql',
        id: 'one/errors',
        title: 'The errors',
        query: 'rate(errors{service="cart",pod=~"cart-1"}[30m])',
        unit: 'number',
        window,
      },
    ]);
    expect(context).toEqual({
      target: { service: 'cart', namespace: 'shop', workload: 'Deployment/cart', nodes: 1 },
      window: '30 min',
      recent: '5 min',
    });
  });

  test('gives a look-up the target and what the playbook adds', () => {
    const env = 'lookup: daemonset_env\ndaemonset: aws-node\nenv: X';
    expect(planOf(cause('one', look('env', env))).requests).toEqual([
      {
        source: 'cluster',
        id: 'one/env',
        title: 'The env',
        lookup: 'daemonset_env',
        params: { namespace: 'shop', service: 'cart', daemonset: 'aws-node', env: 'X' },
      },
    ]);
  });

  test('looks once where two causes ask the same, and both see it', () => {
    const both = planOf(
      cause('one', metric('a', 'up') + look('e', 'lookup: endpoints')),
      cause('two', metric('b', 'up') + look('f', 'lookup: endpoints')),
    );
    expect(both.requests.map(({ id }) => id)).toEqual(['one/a', 'one/e']);
    const seen = unavailable('no-data', 'nothing');
    const [request] = both.requests;
    if (request === undefined) throw new Error('no request');
    const evidence = new Map<string, Evidence>([[request.id, { request, observation: seen, tookMs: 1 }]]);
    expect(both.hypotheses.map((one) => [...observationsFor(one, evidence)])).toEqual([
      [['a', seen]],
      [['b', seen]],
    ]);
  });

  test('takes a range and an instant of the same query for two looks, and other parameters too', () => {
    const env = (name: string): string => `lookup: daemonset_env\ndaemonset: ${name}\nenv: X`;
    const { requests } = planOf(
      cause(
        'one',
        metric('a', 'up') + metric('b', 'up', 'range') + look('c', env('x')) + look('d', env('y')),
      ),
    );
    expect(requests.map(({ id }) => id)).toEqual(['one/a', 'one/b', 'one/c', 'one/d']);
  });

  test.each([
    [300, 15],
    [1800, 15],
    [3600, 30],
    [86_400, 720],
  ])('asks for about 120 points, but none closer than a scrape: %i s every %i s', (seconds, step) => {
    const { requests } = plan([cause('one', metric('a', 'up', 'range'))], {
      target,
      window: { from: 0, to: seconds },
    });
    expect(requests[0]).toMatchObject({ step });
  });

  test.each([
    [[], 'cart has no pods to ask about'],
    [['its pods are not known: forbidden'], 'its pods are not known: forbidden'],
  ])('what the target has no name for is not asked, and says why (%j)', (gaps, detail) => {
    const planned = plan([cause('one', metric('a', 'up{pod=~"$pods"}'))], {
      target: { ...target, pods: [], gaps },
      window,
    });
    expect(planned.requests).toEqual([]);
    const [hypothesis] = planned.hypotheses;
    expect(hypothesis && [...observationsFor(hypothesis, new Map())]).toEqual([
      ['a', { status: 'unavailable', why: { reason: 'not-found', detail } }],
    ]);
    expect(nextStep(planned, new Map())).toEqual({ kind: 'done' });
  });
});

describe('the next step', () => {
  const planned = planOf(cause('one', metric('a', 'up') + metric('b', 'down')));
  const [a, b] = planned.requests;
  const seen = (...requests: readonly (typeof a)[]): ReadonlyMap<string, Evidence> =>
    new Map(
      requests.flatMap((request) =>
        request === undefined
          ? []
          : [[request.id, { request, observation: unavailable('timed-out', 'slow'), tookMs: 1 }]],
      ),
    );

  test.each([
    ['nothing seen', seen(), { kind: 'gather', requests: [a, b] }],
    ['one seen', seen(a), { kind: 'gather', requests: [b] }],
    ['all seen, even if in vain', seen(b, a), { kind: 'done' }],
  ])('with %s', (_name, evidence, step) => {
    expect(nextStep(planned, evidence)).toEqual(step);
  });

  test('of a plan without looks is the end', () => {
    expect(nextStep(planOf(), new Map())).toEqual({ kind: 'done' });
  });

  test('is the course over time of a cause once it is confirmed, and only then', () => {
    const chart = metric('course', 'rate(up[5m])', 'range');
    const charted = planOf(cause('one', metric('a', 'up'), { confirmed: 'a.max > 1.0', chart }));
    const [look] = charted.requests;
    const seen = (value: number): ReadonlyMap<string, Evidence> =>
      new Map(look && [[look.id, { request: look, observation: observedValue(value), tookMs: 1 }]]);

    expect(nextStep(charted, seen(0))).toEqual({ kind: 'done' });
    expect(nextStep(charted, seen(2))).toMatchObject({
      kind: 'gather',
      requests: [{ id: 'one/course', step: 15 }],
    });
  });
});

function observedValue(value: number): Evidence['observation'] {
  return { status: 'observed', samples: 1, series: [{ labels: {}, points: [[0, value]] }] };
}
