import { describe, expect, test } from '@jest/globals';
import { unavailable, UnavailableReason, type Observation } from '../../core/evidence.ts';
import { nextStep } from '../../core/next-step.ts';
import { batchId, type Plan } from '../../core/plan.ts';
import type { Cause } from '../../core/playbook/cause.ts';
import { causeOf, probe, promql } from '../support/causes.ts';
import { attempts, evidenceOf, observedValue, partlySeen } from '../support/evidence.ts';
import { blind, causeFor, failing, planOf, seen, tcp, well } from '../support/planned.ts';

describe('more attempts', () => {
  const rare = (rate: string, name = 'p'): string => `rarer(${name}.failed, ${name}.count, ${rate})`;
  const cautious = (more: string, rates = ['0.01'], id = 'one'): Cause =>
    causeOf({ id, evidence: [tcp('p', more)], eliminated: rates.map((rate) => rare(rate)) });
  const next = (planned: Plan, observations: Readonly<Record<string, Observation>>): unknown => {
    const step = nextStep(planned, seen(planned, observations));
    if (step.kind === 'done') return step.why;
    return step.requests.map((request) =>
      request.source === 'probe' ? [request.id, request.first, request.attempts] : request.id,
    );
  };
  const enough = 'nothing more can be looked at for one';

  // So many made, so many failed, at most so many → what is asked.
  test.each<[number, number, number, unknown]>([
    // All that are allowed, whatever this outcome would need.
    [100, 0, 1000, [['one/p#2', 100, 900]]],
    [298, 0, 1000, [['one/p#2', 298, 702]]],
    [298, 1, 1000, [['one/p#2', 298, 702]]],
    [298, 2, 1000, [['one/p#2', 298, 702]]],
    [100, 1, 1000, [['one/p#2', 100, 900]]],
    [100, 0, 299, [['one/p#2', 100, 199]]],
    // As often as that already.
    [100, 2, 1000, enough],
    // So many could not tell even if none failed.
    [100, 0, 298, enough],
    [100, 0, 100, enough],
    // Enough were made to be sure: going on until it pleases would be cheating.
    [299, 0, 1000, 'every cause is settled'],
    [299, 1, 1000, enough],
  ])('after %i with %i failed, at most %i: %j', (count, failed, most, expected) => {
    const planned = planOf(cautious(`attempts: ${count}\nup_to: ${most}`));
    expect(next(planned, { 'one/p': well(count, failed) })).toEqual(expected);
  });

  test('go on from those that were made, and the verdict is that of all', () => {
    const planned = planOf(cautious('attempts: 100\nup_to: 3000'));
    const step = nextStep(planned, seen(planned, { 'one/p': well(100) }));
    expect(step.why).toBe('The p (own-pod, about 63 s): could settle one');
    const two = { 'one/p': well(100), 'one/p#2': well(2900, 0, 100) };
    expect(next(planned, two)).toBe('every cause is settled');
    expect(next(planned, { ...two, 'one/p#2': well(2900, 40, 100) })).toBe(enough);
  });

  test('that could not be made are not asked for again', () => {
    const planned = planOf(cautious('attempts: 100\nup_to: 299'));
    const [p] = planned.requests;
    if (p?.source !== 'probe') throw new Error('no probe');
    const evidence = new Map([
      [p.id, evidenceOf(p, well(100))],
      [batchId(p.id, 2), evidenceOf({ ...p, id: batchId(p.id, 2), first: 100, attempts: 199 }, blind)],
    ]);
    expect(nextStep(planned, evidence)).toEqual({ kind: 'done', why: enough });
  });

  test('of a probe that could not be made at all are not asked for', () => {
    const planned = planOf(cautious('attempts: 100\nup_to: 1000'));
    expect(next(planned, { 'one/p': blind })).toBe(enough);
  });

  test('are asked of the arms that could be run alone', () => {
    const p = probe('p', 'probe: tcp\nto: p:1\nfrom: [pod, node]\nattempts: 100\nup_to: 1000');
    const pod = 'rarer(p.from("pod").failed, p.from("pod").count, 0.01)';
    const planned = planOf(causeOf({ evidence: [p], eliminated: [pod, pod.replaceAll('pod', 'node')] }));
    const partly = partlySeen(attempts(100), ['node', 'forbidden', 'no pods there']);
    expect(nextStep(planned, seen(planned, { 'one/p': partly }))).toMatchObject({
      requests: [{ id: 'one/p#2', from: ['pod'], attempts: 900, first: 100 }],
      why: 'The p (own-pod, about 23 s): could settle one',
    });
    const none = partlySeen([], ['pod', 'timed-out', 'late'], ['node', 'forbidden', 'no pods there']);
    expect(next(planned, { 'one/p': none })).toBe(enough);
  });

  test.each(UnavailableReason.options)('are not asked of a probe that could not be made: %s', (reason) => {
    const planned = planOf(cautious('attempts: 100\nup_to: 1000'));
    expect(next(planned, { 'one/p': unavailable(reason, 'no probes here') })).toBe(enough);
  });

  test.each([
    [1000, 300],
    [300, 1000],
  ])('for two causes are those of the one that allows more (%i, %i)', (most, least) => {
    const planned = planOf(
      cautious(`attempts: 100\nup_to: ${most}`),
      cautious(`attempts: 100\nup_to: ${least}`, ['0.01'], 'two'),
    );
    const step = nextStep(planned, seen(planned, { 'one/p': well(100) }));
    expect(step).toMatchObject({
      requests: [{ id: 'one/p#2', attempts: 900 }],
      why: expect.stringMatching(/could settle one, two$/),
    });
  });

  test('wait until every probe was made once', () => {
    const planned = planOf(cautious('attempts: 100\nup_to: 1000'), causeFor('two', tcp('q', '', 'node')));
    expect(next(planned, { 'one/p': well(100) })).toEqual([['two/q', 0, 100]]);
    expect(next(planned, { 'one/p': well(100), 'two/q': blind })).toEqual([['one/p#2', 100, 900]]);
  });

  test('are not asked of metrics, of which there are no more', () => {
    const planned = planOf(causeOf({ evidence: [promql('m')], eliminated: ['rarer(0.0, m.max, 0.01)'] }));
    expect(next(planned, { 'one/m': observedValue(100) })).toBe(enough);
  });

  test('are not asked for a cause that is decided', () => {
    const planned = planOf(
      causeOf({
        evidence: [tcp('p', 'up_to: 1000')],
        eliminated: [rare('0.01')],
        confirmed: [failing('p')],
      }),
    );
    expect(next(planned, { 'one/p': well(100, 1) })).toBe('every cause is settled');
  });
});
