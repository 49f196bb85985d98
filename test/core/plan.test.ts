import { describe, expect, test } from '@jest/globals';
import { unavailable, type EvidenceRequest, type Observation, type Unseen } from '../../core/evidence.ts';
import { batchId, observationsFor, plan, sameLook, type Hypothesis, type Plan } from '../../core/plan.ts';
import { countedOnce } from '../../core/playbook/promql-once.ts';
import type { Cause } from '../../core/playbook/cause.ts';
import type { Placement } from '../../core/probes.ts';
import type { Target } from '../../core/target.ts';
import { causeOf, context, lookup, probe, promql, target, window } from '../support/causes.ts';
import { attempts, evidenceOf, observedAttempts, observedValue } from '../support/evidence.ts';

function planOf(...causes: readonly Cause[]): Plan {
  return plan(causes, { target, window });
}

function askedBy(evidence: readonly string[], changes: Partial<Target> = {}): readonly EvidenceRequest[] {
  return plan([causeOf({ evidence })], { target: { ...target, ...changes }, window }).requests;
}

function seenBy(
  hypothesis: Hypothesis | undefined,
  evidence: Readonly<Record<string, Observation>>,
): Record<string, Observation> {
  if (hypothesis === undefined) throw new Error('no such hypothesis');
  const request: EvidenceRequest = { source: 'cluster', id: '', title: '', lookup: 'endpoints', params: {} };
  const all = Object.entries(evidence).map(([id, one]) => [id, evidenceOf({ ...request, id }, one)] as const);
  return Object.fromEntries(observationsFor(hypothesis, new Map(all)));
}

describe('a query', () => {
  test('has the names of the target and the window', () => {
    const query = 'rate(errors{service="$service",pod=~"$pods"}[$window])';
    expect(askedBy([promql('errors', query)])).toEqual([
      {
        source: 'promql',
        id: 'one/errors',
        title: 'The errors',
        query: countedOnce('rate(errors{service="cart",pod=~"cart-1|cart-2"}[30m])'),
        unit: 'number',
        window,
      },
    ]);
  });

  test('has the unit and the threshold that its block declares', () => {
    expect(askedBy([promql('a', 'up', 'unit=percent threshold=0.25')])).toMatchObject([
      { unit: 'percent', threshold: 0.25 },
    ]);
  });

  test.each([
    [300, 15],
    [1800, 15],
    [1801, 16],
    [3600, 30],
    [86_400, 720],
  ])('over time has about 120 points, but none closer than a scrape: %i s every %i s', (seconds, step) => {
    const { requests } = plan([causeOf({ evidence: [promql('a', 'up', 'range')] })], {
      target,
      window: { from: 0, to: seconds },
    });
    expect(requests[0]).toMatchObject({ step });
  });

  test.each([
    ['pods', { pods: [] }, 'cart has no pods to ask about'],
    ['nodes', { nodes: [] }, 'cart has no nodes to ask about'],
    [
      'pods',
      { pods: [], gaps: ['other', 'its pods are not known: forbidden'] },
      'its pods are not known: forbidden',
    ],
  ])('for which the target has no %s is not asked, and says why (%j)', (name, changes, detail) => {
    const planned = plan([causeOf({ evidence: [promql('a', `up{x=~"$${name}"}`), promql('b')] })], {
      target: { ...target, ...changes },
      window,
    });
    expect(planned.requests.map(({ id }) => id)).toEqual(['one/b']);
    expect(seenBy(planned.hypotheses[0], {})).toEqual({
      a: { status: 'unavailable', why: { reason: 'not-found', detail } },
    });
  });
});

test('a look-up has the target and what the playbook adds', () => {
  expect(askedBy([lookup('env', 'lookup: daemonset_env\ndaemonset: aws-node\nenv: X')])).toEqual([
    {
      source: 'cluster',
      id: 'one/env',
      title: 'The env',
      lookup: 'daemonset_env',
      params: { namespace: 'shop', service: 'cart', daemonset: 'aws-node', env: 'X' },
    },
  ]);
});

test('a look-up has the far end that was named, and is not made to one that nobody named', () => {
  const policies = lookup('policies', 'lookup: network_policies\nto: $destination');
  expect(askedBy([policies], { destination: 'db.example.com:5432' })).toMatchObject([
    { params: { namespace: 'shop', service: 'cart', to: 'db.example.com:5432' } },
  ]);
  expect(askedBy([policies])).toEqual([]);
});

test('what is called is the far end that was named, or the target itself', () => {
  const called = lookup('policies', 'lookup: far_service\nto: $called');
  expect(askedBy([called], { destination: 'payments.shop.svc:80' })).toMatchObject([
    { params: { to: 'payments.shop.svc:80' } },
  ]);
  expect(askedBy([called])).toMatchObject([{ params: { to: 'cart' } }]);
});

describe('a probe', () => {
  const connects = probe(
    'connects',
    'probe: tcp\nto: $destination\nfrom: [pod, node]\nattempts: 50\nup_to: 500',
  );

  test('has the far end that was named, and the attempts that it begins with', () => {
    expect(askedBy([connects], { destination: 'db.example.com:5432' })).toEqual([
      {
        source: 'probe',
        id: 'one/connects',
        title: 'The connects',
        probe: 'tcp',
        params: { namespace: 'shop', service: 'cart', to: 'db.example.com:5432' },
        from: ['pod', 'node'],
        attempts: 50,
        first: 0,
      },
    ]);
  });

  test('to a far end that nobody named is not made, and says how to name it', () => {
    const { requests, hypotheses } = planOf(causeOf({ evidence: [connects] }));
    expect(requests).toEqual([]);
    expect(seenBy(hypotheses[0], {})).toEqual({
      connects: unavailable('not-found', 'nobody said where to: ask again with "to <host>:<port>"'),
    });
  });

  test.each([
    ['$service.$namespace.svc:80', 'cart.shop.svc:80'],
    ['$service:80', 'cart:80'],
    ['$namespace:80', 'shop:80'],
    ['example.com:443', 'example.com:443'],
  ])('to %s goes to %s', (to, filled) => {
    expect(askedBy([probe('connects', `probe: tcp\nto: ${to}\nfrom: [pod]`)])).toMatchObject([
      { params: { to: filled } },
    ]);
  });
});

describe('what asks the same', () => {
  test('is asked once, and every cause sees the answer under its own name', () => {
    const to = 'probe: tcp\nto: a:1\nfrom: [pod]';
    const { requests, hypotheses } = planOf(
      causeOf({ id: 'one', evidence: [promql('a', 'up'), lookup('e', 'lookup: endpoints'), probe('p', to)] }),
      causeOf({ id: 'two', evidence: [promql('b', 'up'), lookup('f', 'lookup: endpoints'), probe('q', to)] }),
    );
    expect(requests.map(({ id }) => id)).toEqual(['one/a', 'one/e', 'one/p']);
    const [a, e, p] = [observedValue(1), observedValue(2), observedValue(3)];
    const seen = { 'one/a': a, 'one/e': e, 'one/p': p };
    expect(hypotheses.map((one) => seenBy(one, seen))).toEqual([
      { a, e, p },
      { b: a, f: e, q: p },
    ]);
  });

  test('is told from what does not', () => {
    const env = (name: string): string => `lookup: daemonset_env\ndaemonset: ${name}\nenv: X`;
    const tcp = (...more: readonly string[]): string => ['probe: tcp', ...more].join('\n');
    const names = askedBy([
      promql('a', 'up'),
      promql('b', 'up', 'range'),
      promql('c', 'down'),
      lookup('d', env('x')),
      lookup('e', env('y')),
      lookup('f', 'lookup: endpoints'),
      probe('g', tcp('to: a:1', 'from: [pod]')),
      probe('h', tcp('to: b:1', 'from: [pod]')),
      probe('i', tcp('to: a:1', 'from: [node]')),
      probe('j', tcp('to: a:1', 'from: [pod]', 'attempts: 7')),
      probe('k', 'probe: tls\nto: a:1\nfrom: [pod]'),
    ]).map(({ id }) => id);
    expect(names).toEqual('abcdefghijk'.split('').map((name) => `one/${name}`));
  });

  test('does so whatever it is called and in whatever order its parameters come', () => {
    const cluster = { source: 'cluster', title: '', lookup: 'endpoints' } as const;
    expect(sameLook({ ...cluster, id: 'a', params: { x: '1', y: '2' } })).toBe(
      sameLook({ ...cluster, id: 'b', params: { y: '2', x: '1' } }),
    );
    const made = { source: 'probe', title: '', probe: 'tcp', from: ['pod' as const], attempts: 5 } as const;
    const one = { ...made, from: [...made.from], id: 'a', first: 0, params: { x: '1', y: '2' } };
    expect(sameLook(one)).toBe(sameLook({ ...one, id: 'b', params: { y: '2', x: '1' } }));
    expect(sameLook(one)).not.toBe(sameLook({ ...one, first: 5 }));
  });
});

describe('the attempts of one probe', () => {
  const { hypotheses } = planOf(causeOf({ evidence: [probe('p', 'probe: tcp\nto: a:1\nfrom: [pod]')] }));
  const blind = unavailable('timed-out', 'slow');
  const batch = (count: number, first: number): Observation => observedAttempts(attempts(count, { first }));

  test('have an id for each time that they were asked for', () => {
    expect([1, 2, 10].map((n) => batchId('one/p', n))).toEqual(['one/p', 'one/p#2', 'one/p#10']);
  });

  test.each<[string, Record<string, Observation>, Observation]>([
    ['come together', { 'one/p': batch(5, 0), 'one/p#2': batch(3, 5), 'one/p#3': batch(2, 8) }, batch(10, 0)],
    [
      'come together without those that could not be made',
      { 'one/p': batch(5, 0), 'one/p#2': blind, 'one/p#3': batch(2, 5) },
      batch(7, 0),
    ],
    ['end where one is missing', { 'one/p': batch(5, 0), 'one/p#3': batch(2, 5) }, batch(5, 0)],
    ['could not be made at first', { 'one/p': blind, 'one/p#2': batch(3, 5) }, blind],
  ])('%s', (_, evidence, seen) => {
    expect(seenBy(hypotheses[0], evidence)).toEqual({ p: seen });
  });

  test('keep which arms could not be run, of whichever asking', () => {
    const arm = (from: Placement): Unseen => ({ from, why: { reason: 'forbidden', detail: 'no pods' } });
    const partly = (count: number, first: number, ...from: readonly Placement[]): Observation => ({
      status: 'observed',
      samples: count,
      attempts: attempts(count, { first }),
      unseen: from.map(arm),
    });
    expect(
      seenBy(hypotheses[0], {
        'one/p': partly(5, 0, 'node'),
        'one/p#2': batch(3, 5),
        'one/p#3': partly(2, 8, 'worker'),
      }),
    ).toEqual({ p: partly(10, 0, 'node', 'worker') });
    expect(seenBy(hypotheses[0], { 'one/p': batch(5, 0), 'one/p#2': partly(2, 5, 'node') })).toEqual({
      p: partly(7, 0, 'node'),
    });
  });

  test('are of arms that could be run once, if not again', () => {
    const again: Observation = {
      status: 'observed',
      samples: 2,
      attempts: attempts(2, { first: 5, from: 'worker' }),
      unseen: [{ from: 'pod', why: { reason: 'forbidden', detail: 'no pods' } }],
    };
    const all = [...attempts(5, { first: 0 }), ...attempts(2, { first: 5, from: 'worker' })];
    expect(seenBy(hypotheses[0], { 'one/p': batch(5, 0), 'one/p#2': again })).toEqual({
      p: observedAttempts(all),
    });
  });

  test('that have not come in yet are not there', () => {
    expect(seenBy(hypotheses[0], { 'one/p#2': batch(3, 5) })).toEqual({});
  });

  test('are added to attempts only', () => {
    const seen = observedValue(1);
    expect(seenBy(hypotheses[0], { 'one/p': seen, 'one/p#2': batch(3, 0) })).toEqual({ p: seen });
  });
});

test('the context says what is known of the target and of the time', () => {
  expect(planOf().context).toEqual(context);
  const bare = { namespace: 'shop', service: 'cart', pods: [], nodes: [], gaps: [] };
  const more = {
    mesh: 'linkerd',
    destination: 'db:5432',
    gaps: ['its pods are not known: forbidden'],
  } as const;
  expect(plan([], { target: bare, window: { from: 0, to: 120 } }).context).toEqual({
    target: { ...context.target, workload: '', nodes: 0, type: '' },
    window: '2 min',
    window_seconds: 120,
    recent: '2 min',
  });
  expect(plan([], { target: { ...bare, ...more, gaps: [...more.gaps] }, window }).context).toMatchObject({
    target: { mesh: 'linkerd', destination: 'db:5432', pods_known: false },
  });
});

test('a cause that cannot happen to the target is left out, and what only it would ask', () => {
  const meshed = causeOf({ id: 'two', applies: 'target.mesh == "linkerd"', evidence: [promql('b')] });
  const causes = [causeOf({ evidence: [promql('a')] }), meshed];
  const ids = (mesh?: 'linkerd' | 'istio'): string[] =>
    plan(causes, { target: { ...target, ...(mesh && { mesh }) }, window }).requests.map(({ id }) => id);
  expect(ids('linkerd')).toEqual(['one/a', 'two/b']);
  expect(ids('istio')).toEqual(['one/a']);
  expect(ids()).toEqual(['one/a']);
});

test('a chart is not among the looks; one that cannot be asked is none', () => {
  const charted = (query: string): Hypothesis | undefined =>
    planOf(causeOf({ evidence: [promql('a')], chart: promql('course', query, 'range') })).hypotheses[0];
  expect(charted('rate(up[5m])')?.chart).toMatchObject({ id: 'one/course', step: 15 });
  expect([...(charted('up')?.looks.keys() ?? [])]).toEqual(['a']);
  const { hypotheses } = plan(
    [causeOf({ evidence: [promql('a')], chart: promql('course', 'up{pod=~"$pods"}', 'range') })],
    { target: { ...target, pods: [] }, window },
  );
  expect(hypotheses[0]).not.toHaveProperty('chart');
});
