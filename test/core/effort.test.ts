import { describe, expect, test } from '@jest/globals';
import { nextStep } from '../../core/next-step.ts';
import { plan } from '../../core/plan.ts';
import { observedAttempts, attempts } from '../support/evidence.ts';
import { causeOf, probe, target, window } from '../support/causes.ts';
import { asked, seen } from '../support/planned.ts';

function planned(block: string, effort?: 'more') {
  const cause = causeOf({
    evidence: [probe('p', `probe: tcp\nto: a:1\nfrom: [pod]\n${block}`)],
    eliminated: ['rarer(p.failed, p.count, 0.01)'],
  });
  return plan([cause], { target, window, effort });
}

function attemptsIn(of: ReturnType<typeof planned>): number[] {
  return of.requests.flatMap((request) => (request.source === 'probe' ? [request.attempts] : []));
}

describe('more samples', () => {
  test.each([
    ['as many as the playbook says without the wish for more', 'attempts: 100', undefined, 100, 1],
    ['four times as many', 'attempts: 100', 'more', 400, 4],
    ['as many as one arm may make', 'attempts: 1000', 'more', 3000, 4],
  ] as const)('%s', (_, block, effort, count, times) => {
    const it = planned(block, effort);
    expect(attemptsIn(it)).toEqual([count]);
    expect(it.times).toBe(times);
  });

  test.each([
    // udp takes 50 ms an attempt, and a pod 5 s to start: 300 s are there for all.
    [400, 1600],
    [600, 1800],
    [900, 1800],
    [1000, 1000],
  ])('three probes of %d attempts each make %d', (usual, most) => {
    const causes = ['a', 'b', 'c'].map((id) =>
      causeOf({ id, evidence: [probe('p', `probe: udp\nto: ${id}:1\nfrom: [pod]\nattempts: ${usual}`)] }),
    );
    const { requests, times } = plan(causes, { target, window, effort: 'more' });
    expect(requests.map((request) => 'attempts' in request && request.attempts)).toEqual([most, most, most]);
    expect(times * usual).toBe(most);
  });

  test.each([
    // 30,000 connections are there for all; each probe makes those of eight nodes.
    [1, 700, 2800],
    [2, 700, 1400],
    [2, 1000, 1000],
  ])('%d probes on all nodes of %d attempts each make %d', (count, usual, most) => {
    const causes = ['a', 'b'].slice(0, count).map((id) =>
      causeOf({
        id,
        evidence: [probe('p', `probe: udp\nto: ${id}:1\nfrom: [all-nodes]\nattempts: ${usual}`)],
      }),
    );
    const { requests } = plan(causes, { target, window, effort: 'more' });
    expect(requests.map((request) => 'attempts' in request && request.attempts)).toEqual(
      requests.map(() => most),
    );
  });

  test('a probe that may be asked for more goes on to so many times as many', () => {
    const it = planned('attempts: 50\nup_to: 600', 'more');
    const few = { 'one/p': observedAttempts(attempts(200, { failed: 1 })) };
    expect(asked(it, few)).toEqual(['one/p#2']);
    const step = nextStep(it, seen(it, few));
    expect(step.kind === 'gather' && step.requests[0]).toMatchObject({ first: 200, attempts: 2200 });
  });
});
