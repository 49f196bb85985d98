import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { conclude } from '../../core/conclusion.ts';
import type { Attempt, Evidence, Observation } from '../../core/evidence.ts';
import type { Judged } from '../../core/judge.ts';
import { batchId, plan, type Plan } from '../../core/plan.ts';
import type { Cause } from '../../core/playbook/cause.ts';
import { buildReport, type Report } from '../../core/report.ts';
import { attemptsToExclude } from '../../core/statistics/binomial.ts';
import { VerdictStatus } from '../../core/verdict.ts';
import { arbitraryCause, facts } from '../support/arbitrary-causes.ts';
import { blinded, changed, everything } from '../support/arbitrary-evidence.ts';
import { causeOf, probe, promql, target, window } from '../support/causes.ts';
import { attempts, evidenceOf, observedAttempts } from '../support/evidence.ts';

function planOf(...causes: readonly Cause[]): Plan {
  return plan(causes, { target, window });
}

function reportOf(of: Plan, evidence: readonly Evidence[]): Report {
  const inquiry = { id: 'i1', target, symptom: undefined, plan: of, startedAt: 0 };
  return buildReport(inquiry, new Map(evidence.map((one) => [one.request.id, one])), 1000);
}

function statuses({ hypotheses }: Report): string[] {
  return hypotheses.map(({ cause, status, culprit }) => `${cause} ${status} ${culprit ?? ''}`);
}

/** The same once more, as another object. */
function again<T>(thing: T): T {
  return JSON.parse(JSON.stringify(thing)) as T;
}

/** Two causes whose rules say anything that can be said, and all that they look at. */
const investigated = fc
  .tuple(arbitraryCause('one', ['two']), arbitraryCause('two', ['one']))
  .map((causes) => planOf(...causes))
  .chain((of) => fc.tuple(fc.constant(of), everything(of)));
const runs = { numRuns: 30 };

test('whatever a rule can read of metrics and attempts can be read, or is unknown: nothing else is thrown', () => {
  const kinds = { string: '""', bool: 'true', double: '0.5' };
  const all = causeOf({
    evidence: [
      promql('m', 'm', 'unit=count'),
      promql('m2', 'm2', 'unit=count'),
      probe('t', 'probe: tcp\nto: a:1\nfrom: [pod, node]'),
    ],
    eliminated: facts.map(({ text, type }) => `${text} == ${kinds[type as keyof typeof kinds]}`),
    confirmed: ['m.sum > 0.0 && m2.sum > 0.0 && t.count > 0.0'],
  });
  expect(all.eliminatedWhen.length).toBeGreaterThan(300);
  const of = planOf(all);
  const context = of.context;
  fc.assert(
    fc.property(everything(of), (evidence) => {
      const seen = new Map(
        evidence.map(({ request, observation }) => [request.id.slice('one/'.length), observation]),
      );
      for (const { when } of all.eliminatedWhen) {
        const evaluated = when.evaluate(seen, context);
        if ('value' in evaluated) expect(typeof evaluated.value).toBe('boolean');
        else expect(evaluated.undecided.join()).not.toBe('');
      }
    }),
    { numRuns: 10 },
  );
});

describe('law 1: what is known with less is known with more', () => {
  test('hiding evidence makes no accusation and clears nothing', () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(
        investigated.chain(([of, all]) => fc.tuple(fc.constant(of), fc.constant(all), blinded(all))),
        ([of, all, some]) => {
          const full = reportOf(of, all).hypotheses;
          for (const [index, { status }] of reportOf(of, some).hypotheses.entries()) {
            reached.add(status);
            const known = full[index]?.status ?? '';
            if (status === 'confirmed' || status === 'conflict')
              expect(['confirmed', 'conflict']).toContain(known);
            if (status === 'eliminated' || status === 'conflict')
              expect(['eliminated', 'conflict']).toContain(known);
          }
        },
      ),
      { numRuns: 60 },
    );
    // Or the test shows nothing.
    expect([...reached].sort()).toEqual(expect.arrayContaining(['confirmed', 'eliminated', 'unchecked']));
  });
});

describe('law 2: same evidence, same report', () => {
  test('in whatever order it came in, and series and attempts within it', () => {
    fc.assert(
      fc.property(
        investigated.chain(([of, all]) =>
          fc.tuple(fc.constant(of), fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
        ),
        ([of, all, shuffled]) => {
          const turned = changed(shuffled, ({ series, attempts: made, ...rest }) => ({
            ...rest,
            ...(series && { series: series.toReversed() }),
            ...(made && { attempts: made.toReversed() }),
          }));
          expect(reportOf(of, turned)).toEqual(reportOf(of, all));
        },
      ),
      runs,
    );
  });

  test('if everything came twice', () => {
    fc.assert(
      fc.property(investigated, ([of, all]) => {
        const doubled = changed(all, ({ series, attempts: made, ...rest }) => ({
          ...rest,
          ...(series && { series: [...series, ...again(series)] }),
          ...(made && { attempts: [...again(made), ...made] }),
        }));
        expect(reportOf(of, doubled)).toEqual(reportOf(of, all));
      }),
      runs,
    );
  });

  test('if a second cause asks the same under other names', () => {
    const twin = (cause: Cause): Cause => ({ ...cause, id: `${cause.id}-again` });
    fc.assert(
      fc.property(
        arbitraryCause('one').chain((cause) => fc.tuple(fc.constant(cause), everything(planOf(cause)))),
        ([cause, all]) => {
          const both = planOf(cause, twin(cause));
          expect(both.requests).toEqual(planOf(cause).requests);
          const [one, other] = reportOf(both, all).hypotheses;
          expect(other).toEqual({ ...one, cause: 'one-again' });
          expect(statuses(reportOf(planOf(cause), all))).toEqual(
            one && [`one ${one.status} ${one.culprit ?? ''}`],
          );
        },
      ),
      runs,
    );
  });

  test('if the attempts of a probe were asked for in several goes', () => {
    fc.assert(
      fc.property(investigated, fc.integer({ min: 1, max: 5 }), ([of, all], size) => {
        const split = all.flatMap((one): Evidence[] => {
          const { observation, request } = one;
          if (observation.status !== 'observed' || observation.attempts === undefined) return [one];
          const made = observation.attempts;
          const length = Math.max(1, Math.ceil(made.length / size));
          const goes = Array.from({ length: size }, (_, go): Attempt[] =>
            made.slice(go * length, (go + 1) * length),
          );
          return goes.map((some, go) =>
            evidenceOf(
              { ...request, id: batchId(request.id, go + 1) },
              { ...observation, samples: some.length, attempts: some },
            ),
          );
        });
        expect(statuses(reportOf(of, split))).toEqual(statuses(reportOf(of, all)));
      }),
      runs,
    );
  });
});

test('law 3: an elimination needs the sample that the claimed rate takes', () => {
  const rates = [0.5, 0.1, 0.05, 0.01];
  const plans = rates.map((rate) =>
    planOf(
      causeOf({
        evidence: [probe('p', 'probe: tcp\nto: a:1\nfrom: [pod]')],
        eliminated: [`rarer(p.failed, p.count, ${rate})`],
      }),
    ),
  );
  const status = (of: Plan | undefined, observation: Observation): string | undefined => {
    const [request] = of?.requests ?? [];
    return request && of && reportOf(of, [evidenceOf(request, observation)]).hypotheses[0]?.status;
  };
  for (const [index, rate] of rates.entries()) {
    const needed = attemptsToExclude(rate);
    expect(status(plans[index], observedAttempts(attempts(needed - 1)))).toBe('standing');
    expect(status(plans[index], observedAttempts(attempts(needed)))).toBe('eliminated');
    expect(status(plans[index], observedAttempts(attempts(needed, { failed: 1 })))).toBe('standing');
  }
});

describe('law 4: a conflict is reported', () => {
  test('and neither side of it is taken', () => {
    fc.assert(
      fc.property(investigated, ([of, all]) => {
        const { hypotheses, conclusion } = reportOf(of, all);
        for (const { cause, status, reason } of hypotheses) {
          if (status !== 'conflict') continue;
          expect(reason).toMatch(/^For: It is .* Against: It is /);
          if (conclusion.kind === 'cause-found') expect(conclusion.causes).not.toContain(cause);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('law 5: what verdicts amount to', () => {
  const judged: fc.Arbitrary<Judged[]> = fc
    .array(
      fc.record({
        status: fc.constantFrom(...VerdictStatus.options),
        network: fc.boolean(),
        share: fc.option(fc.constantFrom(0, 0.1, 0.4, 0.5, 0.9, 1)),
        lookAlikes: fc.subarray(['c0', 'c1', 'c2', 'c3']),
      }),
      { maxLength: 5 },
    )
    .map((all) =>
      all.map(({ status, network, share, lookAlikes }, index): Judged => {
        const cause = `c${index}`;
        return {
          network,
          lookAlikes: lookAlikes.filter((one) => one !== cause),
          verdict: { cause, title: `Title ${cause}`, status, reason: `Reason ${cause}.`, evidence: [] },
          ...(status === 'confirmed' && share !== null && { coverage: { share, reason: `${share}.` } }),
        };
      }),
    );
  const having = (all: readonly Judged[], ...wanted: readonly VerdictStatus[]): string[] =>
    all.flatMap(({ verdict: { cause, status } }) => (wanted.includes(status) ? [cause] : []));

  test('"not the network" is said if and only if every network cause is ruled out', () => {
    fc.assert(
      fc.property(judged, (all) => {
        const network = all.filter((one) => one.network);
        const ruledOut = network.length > 0 && having(network, 'eliminated').length === network.length;
        expect(conclude(all).kind === 'not-the-network').toBe(ruledOut);
      }),
      { numRuns: 500 },
    );
  });

  test('nothing that is confirmed is lost, and nothing eliminated or unknown is found', () => {
    fc.assert(
      fc.property(judged, (all) => {
        const { kind, causes, alsoFound, summary } = conclude(all);
        const named = [...causes, ...alsoFound];
        expect(new Set(named).size).toBe(named.length);
        expect(named).toEqual(expect.arrayContaining(having(all, 'confirmed')));
        for (const cause of having(all, 'eliminated')) expect(named).not.toContain(cause);
        for (const cause of alsoFound) expect(having(all, 'confirmed')).toContain(cause);
        if (kind === 'cause-found' || kind === 'not-the-network')
          for (const cause of causes) expect(having(all, 'confirmed')).toContain(cause);
        for (const cause of named)
          if (having(all, 'confirmed').includes(cause)) expect(summary).toContain(`Title ${cause}`);
        expect(summary).not.toContain('undefined');
      }),
      { numRuns: 500 },
    );
  });

  test('a cause is found only if nothing that looks like the first one is left', () => {
    fc.assert(
      fc.property(judged, (all) => {
        const { kind, causes } = conclude(all);
        if (kind !== 'cause-found') return;
        const first = all.find(({ verdict }) => verdict.cause === causes[0]);
        const open = having(all, 'standing', 'unchecked', 'conflict');
        for (const double of first?.lookAlikes ?? []) expect(open).not.toContain(double);
      }),
      { numRuns: 500 },
    );
  });

  test('the order of the causes changes at most what is told first', () => {
    fc.assert(
      fc.property(
        judged.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
        ),
        ([all, shuffled]) => {
          const [one, other] = [conclude(all), conclude(shuffled)];
          expect(other.kind).toBe(one.kind);
          expect(other.causes.toSorted()).toEqual(one.causes.toSorted());
          expect(other.alsoFound.toSorted()).toEqual(one.alsoFound.toSorted());
        },
      ),
      { numRuns: 500 },
    );
  });
});
