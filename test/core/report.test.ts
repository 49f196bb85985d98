import { describe, expect, test } from '@jest/globals';
import { unavailable, UnavailableReason, type Evidence } from '../../core/evidence.ts';
import type { Plan } from '../../core/plan.ts';
import { buildReport, type Report } from '../../core/report.ts';
import { causeOf, probe, target } from '../support/causes.ts';
import { attempts, partlySeen } from '../support/evidence.ts';
import { causeFor, investigate, planOf, tcp, well } from '../support/planned.ts';

function reportOf(plan: Plan, evidence: readonly Evidence[]): Report {
  const inquiry = { id: 'i1', target, symptom: undefined, plan, startedAt: 0 };
  return buildReport(inquiry, new Map(evidence.map((one) => [one.request.id, one])), 1000);
}

describe('a probe of which an arm could not be run', () => {
  const planned = planOf(
    causeOf({
      evidence: [probe('p', 'probe: tcp\nto: p:1\nfrom: [pod, node]\nattempts: 300')],
      eliminated: [
        { when: 'rarer(p.from("pod").failed, p.from("pod").count, 0.01)', says: 'It works from a pod.' },
      ],
      confirmed: ['p.from("node").failed > 0.0', 'p.failed > 0.0'],
    }),
  );
  const off = 'probes of class node are off';

  test.each([
    [300, 0, 'eliminated', 'It works from a pod.'],
    // What needs both arms is as unknown as what needs the one.
    [300, 9, 'unchecked', `no attempts from the network of the node itself: ${off}`],
  ])('of %i attempts %i failed: %s', (count, failed, status, reason) => {
    const evidence = investigate(planned, () =>
      partlySeen(attempts(count, { failed }), ['node', 'not-enabled', off]),
    );
    const report = reportOf(planned, evidence);
    expect(report.hypotheses).toMatchObject([{ status, reason }]);
    expect(report.evidence).toMatchObject([
      {
        status: 'observed',
        samples: count,
        facts: { pod: `${failed} of ${count} failed`, node: `not run: ${off}` },
        unseen: [{ from: 'node', why: { reason: 'not-enabled', detail: off } }],
      },
    ]);
  });

  test('is one that was run where a later asking could not run it', () => {
    const all = planOf(
      causeOf({
        evidence: [probe('p', 'probe: tcp\nto: p:1\nfrom: [pod]\nattempts: 100\nup_to: 400')],
        eliminated: [{ when: 'rarer(p.failed, p.count, 0.01)', says: '{p.failed} of {p.count}.' }],
      }),
    );
    const evidence = investigate(all, ({ id }) =>
      id === 'one/p' ? well(100) : partlySeen([], ['pod', 'timed-out', 'no pod came']),
    );
    expect(evidence.map(({ request }) => request.id)).toEqual(['one/p', 'one/p#2']);
    expect(reportOf(all, evidence).hypotheses).toMatchObject([{ status: 'standing' }]);
  });
});

test.each(UnavailableReason.options)('five probes that cannot be made (%s) are asked once each', (reason) => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const planned = planOf(...names.map((name) => causeFor(name, tcp(`p${name}`, 'up_to: 3000'))));
  const why = 'probes of class own-pod are off';
  const evidence = investigate(planned, () => unavailable(reason, why));
  expect(evidence).toHaveLength(5);
  const { hypotheses, conclusion, steps } = reportOf(planned, evidence);
  expect(hypotheses.map(({ status, reason: said }) => [status, said])).toEqual(
    names.map(() => ['unchecked', why]),
  );
  expect(conclusion.kind).toBe('inconclusive');
  expect(steps.at(-1)).toBe('nothing more can be looked at for a, b, c, d, e');
});

test.each([
  ['probe: tcp\nto: a:1\nfrom: [pod, node]\nattempts: 60', 'tcp to a:1, 60 attempts each from pod, node'],
  ['probe: mesh\nfrom: [worker]', 'mesh, 100 attempts each from worker'],
  ['probe: counters\nfrom: [target-pod]', 'counters from target-pod'],
])('%j was asked as "%s"', (block, query) => {
  const planned = planOf(causeOf({ evidence: [probe('p', block)] }));
  const [request] = planned.requests;
  if (request === undefined) throw new Error('nothing is asked');
  const evidence = [{ request, observation: unavailable('crashed', 'it broke'), tookMs: 1 }];
  expect(reportOf(planned, evidence).evidence).toMatchObject([{ query }]);
});
