import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Evidence, EvidenceRequest, Observation } from '../../core/evidence.ts';
import { nextStep, type NextStep } from '../../core/next-step.ts';
import type { Cause } from '../../core/playbook/cause.ts';
import { causeOf, promql } from '../support/causes.ts';
import { observedValue } from '../support/evidence.ts';
import { blind, failing, investigate, planOf, tcp, well } from '../support/planned.ts';

describe('whatever is asked and answered', () => {
  const name = fc.constantFrom('p', 'q', 'r');
  const rule = fc.oneof(
    name.map(failing),
    fc
      .tuple(name, fc.constantFrom('0.01', '0.1'))
      .map(([one, rate]) => `rarer(${one}.failed, ${one}.count, ${rate})`),
    fc.tuple(name, name).map(([one, other]) => `${failing(one)} && ${other}.share > 0.5`),
    fc.constantFrom('m.max > 1.0', 'm.max < 1.0'),
  );
  const places = fc.constantFrom('pod', 'node', 'target-pod');
  const cause = (id: string): fc.Arbitrary<Cause> =>
    fc
      .record({
        eliminated: fc.array(rule, { minLength: 1, maxLength: 2 }),
        confirmed: fc.array(rule, { minLength: 1, maxLength: 2 }),
        explains: fc.constantFrom(undefined, '0.3', '0.8'),
        places: fc.tuple(places, places, places),
      })
      .map(({ places: from, explains, ...rules }) =>
        causeOf({
          id,
          ...rules,
          ...(explains !== undefined && { explains }),
          evidence: [
            promql('m'),
            ...['p', 'q', 'r'].map((one, index) => tcp(one, 'attempts: 50\nup_to: 400', from[index])),
          ],
          lookAlikes: id === 'one' ? ['two'] : [],
        }),
      );
  const plans = fc.tuple(cause('one'), cause('two'), cause('three')).map((causes) => planOf(...causes));
  const answers = fc.array(fc.constantFrom<'blind' | number>('blind', 0, 0, 1, 30), {
    minLength: 20,
    maxLength: 20,
  });

  function answering(fates: readonly ('blind' | number)[]): (request: EvidenceRequest) => Observation {
    let next = 0;
    return (request) => {
      const fate = fates[next++ % fates.length] ?? 0;
      if (fate === 'blind') return blind;
      if (request.source !== 'probe') return observedValue(fate);
      return well(request.attempts, Math.min(fate, request.attempts), request.first);
    };
  }

  test('it ends, asks nothing twice, and never more attempts than a cause allows', () => {
    fc.assert(
      fc.property(plans, answers, (planned, fates) => {
        const made = new Map<string, number>();
        for (const { request } of investigate(planned, answering(fates))) {
          if (request.source !== 'probe') continue;
          const key = JSON.stringify([request.params['to'], request.from]);
          expect(request.first).toBe(made.get(key) ?? 0);
          made.set(key, request.first + request.attempts);
        }
        for (const count of made.values()) expect(count).toBeLessThanOrEqual(400);
      }),
      { numRuns: 60 },
    );
  });

  test('the next step is the same in whatever order the evidence came in', () => {
    fc.assert(
      fc.property(
        fc.tuple(plans, answers).chain(([planned, fates]) => {
          const all = investigate(planned, answering(fates));
          return fc.tuple(fc.constant(planned), fc.shuffledSubarray(all));
        }),
        ([planned, some]) => {
          const inOrder = some.toSorted((a, b) => (a.request.id < b.request.id ? -1 : 1));
          const step = (evidence: readonly Evidence[]): NextStep =>
            nextStep(planned, new Map(evidence.map((one) => [one.request.id, one])));
          expect(step(some)).toEqual(step(inOrder));
        },
      ),
      { numRuns: 60 },
    );
  });
});
