import { describe, expect, test } from '@jest/globals';
import type { Evidence, EvidenceRequest, Observation } from '../../core/evidence.ts';
import { judge } from '../../core/judge.ts';
import { nextStep, stepsTaken, type NextStep } from '../../core/next-step.ts';
import type { Plan } from '../../core/plan.ts';
import type { Cause } from '../../core/playbook/cause.ts';
import { causeOf, lookup, probe, promql, type CauseParts } from '../support/causes.ts';
import { evidenceOf, observedValue } from '../support/evidence.ts';
import {
  asked,
  blind,
  causeFor,
  failing,
  investigate,
  planOf,
  seen,
  tcp,
  tls,
  well,
  type Seen,
} from '../support/planned.ts';

describe('what costs nothing', () => {
  const planned = planOf(
    causeOf({
      id: 'one',
      evidence: [tcp('p'), promql('a'), lookup('e', 'lookup: endpoints')],
      confirmed: [failing('p')],
    }),
    causeOf({ id: 'two', evidence: [promql('b')] }),
  );

  test('comes first, all at once, for all causes', () => {
    expect(nextStep(planned, new Map())).toEqual({
      kind: 'gather',
      requests: planned.requests.filter(({ source }) => source !== 'probe'),
      why: '3 looks at metrics and objects, at no cost, for all causes',
    });
    expect(asked(planned, {})).toEqual(['one/a', 'one/e', 'two/b']);
  });

  test.each<[string, Record<string, Observation>, string[]]>([
    ['a part came in', { 'one/a': observedValue(1), 'two/b': observedValue(1) }, ['one/e']],
    ['a part came in, in vain', { 'one/e': blind, 'two/b': blind }, ['one/a']],
    ['a probe came in before', { 'one/p': well() }, ['one/a', 'one/e', 'two/b']],
    ['all came in', { 'one/a': observedValue(1), 'one/e': blind, 'two/b': blind }, ['one/p']],
  ])('%s', (_, observations, next) => {
    expect(asked(planned, observations)).toEqual(next);
  });

  test('of a plan without looks is nothing', () => {
    expect(nextStep(planOf(), new Map())).toEqual({ kind: 'done', why: 'every cause is settled' });
  });
});

describe('probes', () => {
  const of = (...placements: readonly string[]): Plan =>
    planOf(...placements.map((from, index) => causeFor(`c${index}`, tcp(`p${index}`, '', from))));

  test('of all classes run side by side, each with what it costs', () => {
    const planned = of('node', 'target-pod', 'pod');
    const step = nextStep(planned, new Map());
    expect(step).toMatchObject({
      requests: [{ id: 'c0/p0' }, { id: 'c1/p1' }, { id: 'c2/p2' }],
      why: 'The p0 (node, about 7 s); The p1 (ephemeral, about 7 s); The p2 (own-pod, about 7 s): could settle c0, c1, c2',
    });
  });

  // What is still under way is asked for again, and known by its id.
  test.each<[Record<string, Observation>, string[] | 'done']>([
    [{ 'c2/p2': well() }, ['c0/p0', 'c1/p1']],
    [{ 'c2/p2': blind, 'c1/p1': well() }, ['c0/p0']],
    [{ 'c2/p2': blind, 'c1/p1': well(), 'c0/p0': blind }, 'done'],
  ])('that came in (%j) are not asked again', (observations, next) => {
    expect(asked(of('node', 'target-pod', 'pod'), observations)).toEqual(next);
  });

  test('of one cause are all asked at once, as each could settle it', () => {
    const planned = planOf(causeFor('one', tls('slow'), tcp('quick')));
    expect(asked(planned, {})).toEqual(['one/quick', 'one/slow']);
    expect(asked(planned, { 'one/quick': well() })).toEqual(['one/slow']);
    expect(asked(planned, { 'one/quick': well(100, 1) })).toBe('done');
    expect(asked(planned, { 'one/quick': well(), 'one/slow': well() })).toBe('done');
  });

  test('that several causes share are asked once, and say for whom', () => {
    const planned = planOf(causeFor('one', tcp('p')), causeFor('two', tcp('p')), causeFor('three', tcp('q')));
    expect(nextStep(planned, new Map())).toMatchObject({
      requests: [{ id: 'one/p' }, { id: 'three/q' }],
      why: 'The p (own-pod, about 7 s); The q (own-pod, about 7 s): could settle one, two, three',
    });
  });

  test('are not asked once what they go with in their rule has failed it', () => {
    const planned = planOf(
      causeOf({
        evidence: [tcp('a'), tcp('b'), tcp('c')],
        confirmed: [`${failing('a')} && ${failing('b')}`, failing('c')],
      }),
    );
    expect(asked(planned, { 'one/c': well() })).toEqual(['one/a', 'one/b']);
    // Nothing failed there: the other side of && cannot matter any more.
    expect(asked(planned, { 'one/c': well(), 'one/a': well() })).toBe('done');
    expect(asked(planned, { 'one/c': well(), 'one/a': well(100, 1) })).toEqual(['one/b']);
  });

  test('are asked although a probe that their rule needs besides cannot be made', () => {
    const planned = planOf(
      causeOf({
        evidence: [probe('far', 'probe: tcp\nto: $destination\nfrom: [pod]'), tcp('p'), promql('m')],
        confirmed: [`${failing('p')} && ${failing('far')} && m.max > 0.0`],
      }),
    );
    expect(asked(planned, { 'one/m': blind })).toEqual(['one/p']);
  });
});

describe('probes of a cause that is decided', () => {
  const parts = {
    evidence: [promql('m'), tcp('p')],
    eliminated: ['m.max < 1.0'],
    confirmed: ['m.max > 2.0', failing('p')],
  };

  test.each([
    [0, 'done'],
    [1, ['one/p']],
    [2, ['one/p']],
    [3, 'done'],
  ])('are asked only while it is open (%i)', (value, next) => {
    expect(asked(planOf(causeOf(parts)), { 'one/m': observedValue(value) })).toEqual(next);
  });

  test('are asked for another that shares them, which alone is named', () => {
    const planned = planOf(causeOf(parts), causeFor('two', tcp('p')));
    const step = nextStep(planned, seen(planned, { 'one/m': observedValue(0) }));
    expect(step).toMatchObject({
      kind: 'gather',
      requests: [{ id: 'one/p' }],
      why: expect.stringMatching(/could settle two$/),
    });
  });

  test('are not asked where its rules contradict each other', () => {
    const torn = causeOf({
      evidence: parts.evidence,
      eliminated: ['m.max > 2.0', failing('p')],
      confirmed: ['m.max > 2.0'],
    });
    const planned = planOf(torn);
    expect(nextStep(planned, seen(planned, { 'one/m': observedValue(3) }))).toEqual({
      kind: 'done',
      why: 'nothing more can be looked at for one',
    });
  });

  test('are asked where something speaks for it without proving it', () => {
    const planned = planOf(causeOf({ ...parts, confirmed: [failing('p')], stands: ['m.max > 1.0'] }));
    expect(asked(planned, { 'one/m': observedValue(2) })).toEqual(['one/p']);
  });

  test('are not asked where no rule waits for them any more', () => {
    const planned = planOf(
      causeOf({ evidence: [promql('m'), tcp('p')], confirmed: [`m.max > 1.0 && ${failing('p')}`] }),
    );
    expect(asked(planned, { 'one/m': observedValue(1) })).toBe('done');
    expect(asked(planned, { 'one/m': observedValue(2) })).toEqual(['one/p']);
    expect(asked(planned, { 'one/m': blind })).toEqual(['one/p']);
  });
});

describe('as soon as one cause is proven', () => {
  const proven: CauseParts = {
    id: 'one',
    evidence: [promql('m')],
    confirmed: ['m.max > 0.0'],
    explains: 'm.max',
  };
  const other = causeOf({
    id: 'two',
    evidence: [promql('n'), tcp('p')],
    eliminated: ['n.max < 1.0'],
    confirmed: [failing('p')],
  });
  const after = (parts: CauseParts, share: number, n = 1): NextStep => {
    const planned = planOf(causeOf(parts), other);
    return nextStep(planned, seen(planned, { 'one/m': observedValue(share), 'two/n': observedValue(n) }));
  };

  test.each<[string, CauseParts, number, boolean]>([
    ['accounts for half of the symptom', proven, 0.5, true],
    ['accounts for less', proven, 0.49, false],
    ['accounts for nobody knows how much', { ...proven, explains: '0.0 / 0.0 * m.max' }, 1, false],
    ['says nothing of it', { ...proven, explains: 'dyn(m.at("x", "y").max)' }, 1, false],
    ['looks like another that is open', { ...proven, lookAlikes: ['two'] }, 1, false],
    ['looks like one that is not among them', { ...proven, lookAlikes: ['three'] }, 1, true],
  ])('that %s, the rest may stay open', (_, parts, share, stops) => {
    expect(after(parts, share).kind).toBe(stops ? 'done' : 'gather');
  });

  test('and what looks like it is ruled out, nothing more is asked', () => {
    expect(after({ ...proven, lookAlikes: ['two'] }, 1, 0)).toEqual({
      kind: 'done',
      why: 'one is proven, and what looks like it is ruled out',
    });
  });

  test('its course over time is still looked at', () => {
    const charted = { ...proven, chart: promql('course', 'up', 'range') };
    expect(after(charted, 1)).toMatchObject({
      kind: 'gather',
      requests: [{ id: 'one/course' }],
      why: 'the course over time of what is confirmed',
    });
  });
});

describe('a cause that is proven by metrics', () => {
  const planned = planOf(
    causeOf({
      evidence: [promql('m'), tcp('p'), tcp('q')],
      eliminated: ['rarer(p.failed, p.count, 0.05)'],
      confirmed: ['m.max > 0.5', failing('q')],
      explains: 'm.max',
    }),
  );

  test('is put to the probe that could contradict it, and to no other', () => {
    expect(asked(planned, { 'one/m': observedValue(1) })).toEqual(['one/p']);
    expect(asked(planned, { 'one/m': observedValue(1), 'one/p': blind })).toBe('done');
  });

  test('is put to it while what else could settle open causes is asked', () => {
    const beside = planOf(
      causeOf({
        evidence: [promql('m'), tcp('p')],
        eliminated: ['rarer(p.failed, p.count, 0.05)'],
        confirmed: ['m.max > 0.5'],
        explains: '0.2',
      }),
      causeFor('two', tcp('r', '', 'node')),
    );
    expect(asked(beside, { 'one/m': observedValue(1) })).toEqual(['one/p', 'two/r']);
  });

  test('conflicts with one that does', () => {
    const evidence = seen(planned, { 'one/m': observedValue(1), 'one/p': well(100) });
    const [hypothesis] = planned.hypotheses;
    expect(hypothesis && judge(hypothesis, planned, evidence).verdict.status).toBe('conflict');
  });
});

describe('in the end', () => {
  test('what could not be probed is unchecked, and says why', () => {
    const planned = planOf(causeFor('one', tcp('p')), causeFor('two', tcp('q')));
    const evidence = seen(planned, { 'one/p': blind, 'two/q': well() });
    expect(nextStep(planned, evidence)).toEqual({
      kind: 'done',
      why: 'nothing more can be looked at for one, two',
    });
    expect(planned.hypotheses.map((one) => judge(one, planned, evidence).verdict)).toMatchObject([
      { status: 'unchecked', reason: 'it took too long' },
      { status: 'standing' },
    ]);
  });

  test('charts come last, of what is confirmed only', () => {
    const cause = (id: string, m: string, p: string): Cause =>
      causeOf({
        id,
        evidence: [promql(m), tcp(p)],
        confirmed: [`${m}.max > 0.0`, failing(p)],
        chart: promql('course', `rate(${m}[5m])`, 'range'),
      });
    const planned = planOf(cause('one', 'm', 'p'), cause('two', 'n', 'q'));
    const free = { 'one/m': observedValue(1), 'two/n': observedValue(0) };
    expect(asked(planned, free)).toEqual(['two/q']);
    const all = { ...free, 'two/q': well() };
    expect(asked(planned, all)).toEqual(['one/course']);
    expect(asked(planned, { ...all, 'two/q': well(100, 1) })).toEqual(['one/course', 'two/course']);
    const chart = planned.hypotheses[0]?.chart;
    if (chart === undefined) throw new Error('no chart');
    const evidence = new Map([...seen(planned, all), [chart.id, evidenceOf(chart, blind)]]);
    expect(nextStep(planned, evidence)).toEqual({
      kind: 'done',
      why: 'nothing more can be looked at for two',
    });
  });
});

describe('the steps that were taken', () => {
  const planned = planOf(
    causeOf({
      evidence: [promql('m'), tcp('p', 'up_to: 299')],
      eliminated: ['rarer(p.failed, p.count, 0.01)'],
      confirmed: ['m.max > 1.0'],
    }),
  );
  const answer = (request: EvidenceRequest): Observation =>
    request.source === 'probe' ? well(request.attempts, 0, request.first) : observedValue(1);
  const all = investigate(planned, answer);
  const told = [
    '1 look at metrics and objects, at no cost, for all causes',
    'The p (own-pod, about 7 s): could settle one',
    'The p (own-pod, about 9 s): could settle one',
    'every cause is settled',
  ];

  test('are told anew from what came in', () => {
    const byId = (evidence: readonly Evidence[]): Seen =>
      new Map(evidence.map((one) => [one.request.id, one]));
    expect(all.map(({ request }) => request.id)).toEqual(['one/m', 'one/p', 'one/p#2']);
    expect(stepsTaken(planned, byId(all))).toEqual(told);
    expect(stepsTaken(planned, byId(all.toReversed()))).toEqual(told);
    // What has not come in yet is where the investigation is.
    for (const round of [0, 1, 2])
      expect(stepsTaken(planned, byId(all.slice(0, round)))).toEqual(told.slice(0, round + 1));
  });
});
