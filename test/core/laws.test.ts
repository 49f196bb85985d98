import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decide } from '../../core/decide.ts';
import { Evidence, type Observation } from '../../core/evidence.ts';
import { observationsFor, plan, type Plan } from '../../core/plan.ts';
import { causesFor } from '../../core/playbook/library.ts';
import { buildReport, Report } from '../../core/report.ts';
import { blinded, cannotLook, changed, everything, series, value } from '../support/arbitrary-evidence.ts';
import { causeOf, promql, target, window } from '../support/causes.ts';
import { observedValue } from '../support/evidence.ts';
import { shippedLibrary } from '../support/playbooks.ts';

const library = shippedLibrary();
const aimed = { ...target, destination: 'db.example.com:5432' };
const planned = plan(causesFor(library, undefined), { target: aimed, window });

function byId(evidence: readonly Evidence[]): ReadonlyMap<string, Evidence> {
  return new Map(evidence.map((one) => [one.request.id, one]));
}

function reportOf(evidence: readonly Evidence[], of = planned, about = aimed): Report {
  const inquiry = { id: 'i1', target: about, symptom: undefined, plan: of, startedAt: 0 };
  return buildReport(inquiry, byId(evidence), 1000);
}

const accusing = ['confirmed', 'conflict'];
const clearing = ['eliminated', 'conflict'];

describe('law 1: what could not be looked at neither eliminates nor confirms', () => {
  test('whatever is known with less is known with more: hiding evidence makes no accusation and clears nothing', () => {
    fc.assert(
      fc.property(
        everything(planned).chain((all) => fc.tuple(fc.constant(all), blinded(all))),
        ([all, some]) => {
          const before = reportOf(all).hypotheses;
          for (const [i, { cause, status }] of reportOf(some).hypotheses.entries()) {
            const full = before[i]?.status ?? '';
            if (accusing.includes(status))
              expect([cause, accusing]).toEqual([cause, expect.arrayContaining([full])]);
            if (clearing.includes(status))
              expect([cause, clearing]).toEqual([cause, expect.arrayContaining([full])]);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test('with nothing to look at every hypothesis is unchecked, and says why', () => {
    fc.assert(
      fc.property(fc.tuple(...planned.requests.map(() => cannotLook)), (all) => {
        const evidence = planned.requests.map((request, i) => ({
          request,
          observation: all[i] ?? {
            status: 'unavailable' as const,
            why: { reason: 'crashed' as const, detail: '' },
          },
          tookMs: 0,
        }));
        const { hypotheses, conclusion, proposals } = reportOf(evidence);
        expect(hypotheses.map(({ status }) => status)).toEqual(hypotheses.map(() => 'unchecked'));
        for (const { reason } of hypotheses) expect(reason).toContain('no look: ');
        expect(conclusion.kind).toBe('inconclusive');
        expect(proposals).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  test('before anything is gathered every hypothesis is unchecked', () => {
    expect(new Set(reportOf([]).hypotheses.map(({ status }) => status))).toEqual(new Set(['unchecked']));
  });

  test('the conclusion is not "not the network" while a network cause could not be checked', () => {
    fc.assert(
      fc.property(everything(planned).chain(blinded), (evidence) => {
        const { conclusion, hypotheses } = reportOf(evidence);
        const open = hypotheses.some(
          ({ cause, status }) =>
            library.causes.get(cause)?.network === true && status !== 'eliminated' && status !== 'confirmed',
        );
        if (open) expect(conclusion.kind).not.toBe('not-the-network');
      }),
      { numRuns: 40 },
    );
  });
});

describe('law 2: same evidence, same report', () => {
  test('in whatever order it came in', () => {
    fc.assert(
      fc.property(
        everything(planned).chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
        ),
        ([all, shuffled]) => {
          expect(reportOf(shuffled)).toEqual(reportOf(all));
        },
      ),
      { numRuns: 25 },
    );
  });

  test('in whatever order Prometheus lists its series and probes their attempts', () => {
    fc.assert(
      fc.property(everything(planned), (all) => {
        const turned = changed(all, ({ series: some, attempts, ...rest }) => ({
          ...rest,
          ...(some && { series: some.toReversed() }),
          ...(attempts && { attempts: attempts.toReversed() }),
        }));
        expect(reportOf(turned)).toEqual(reportOf(all));
      }),
      { numRuns: 25 },
    );
  });

  test('if every series and every attempt comes twice, as from two replicas or two deliveries', () => {
    fc.assert(
      fc.property(everything(planned), (all) => {
        const doubled = changed(all, ({ series: some, attempts, ...rest }) => ({
          ...rest,
          ...(some && { series: [...some, ...some.map((one) => ({ ...one }))] }),
          ...(attempts && { attempts: [...attempts, ...attempts.map((one) => ({ ...one }))] }),
        }));
        expect(reportOf(doubled)).toEqual(reportOf(all));
      }),
      { numRuns: 25 },
    );
  });

  test('if the same looks came in under other names as well', () => {
    fc.assert(
      fc.property(everything(planned), (all) => {
        const again = all.map((one) => ({
          ...one,
          request: { ...one.request, id: `again/${one.request.id}` },
        }));
        expect(reportOf([...again, ...all])).toEqual(reportOf(all));
      }),
      { numRuns: 20 },
    );
  });
});

describe('what pods and nodes are called', () => {
  /** The same with other names, in everything. */
  function renamed<T>(thing: T, names: Readonly<Record<string, string>>): T {
    const pattern = new RegExp(Object.keys(names).join('|'), 'g');
    return JSON.parse(JSON.stringify(thing).replace(pattern, (name) => names[name] ?? name)) as T;
  }

  function reportUnder(names: Readonly<Record<string, string>>, evidence: readonly Evidence[]): Report {
    const about = renamed(aimed, names);
    return reportOf(
      renamed(evidence, names),
      plan(causesFor(library, undefined), { target: about, window }),
      about,
    );
  }

  test('is all that changes with it', () => {
    const names = { 'cart-1': 'x7', 'cart-2': 'x8', 'node-a': 'ip-10-0-0-1', 'node-b': 'ip-10-0-0-2' };
    fc.assert(
      fc.property(everything(planned).chain(blinded), (evidence) => {
        expect(reportUnder(names, evidence)).toEqual(renamed(reportOf(evidence), names));
      }),
      { numRuns: 25 },
    );
  });

  test('decides nothing, not even by its order in the alphabet', () => {
    const names = { 'cart-1': 'cart-2', 'cart-2': 'cart-1', 'node-a': 'node-b', 'node-b': 'node-a' };
    /** No two values alike, so that nobody is the first of equals. */
    const told = everything(planned).map((all) => {
      let next = 0;
      return changed(all, ({ series: some, ...rest }) => ({
        ...rest,
        ...(some && {
          series: some.map((one) => ({
            ...one,
            points: one.points.map(([at, of]): [number, number] => [at, of + 1e-7 * ++next]),
          })),
        }),
      }));
    });
    fc.assert(
      fc.property(told, (evidence) => {
        const statuses = ({ hypotheses }: Report): string[] =>
          hypotheses.map(({ cause, status }) => `${cause} ${status}`);
        expect(statuses(reportUnder(names, evidence))).toEqual(statuses(reportOf(evidence)));
      }),
      { numRuns: 25 },
    );
  });
});

describe('a report', () => {
  /** As Redis could hold it: whatever satisfies the schema, not only what a look-up declares. */
  const anything = fc.oneof(
    fc
      .dictionary(
        fc.oneof(
          fc.constantFrom('ready', 'value', 'pods', 'selector'),
          fc.string({ unit: fc.constantFrom('a', '.', ' ', '🙂') }),
        ),
        fc.oneof(value, fc.string(), fc.boolean(), fc.array(fc.string())),
      )
      .map((facts): Observation => ({ status: 'observed', samples: 1, facts })),
    fc
      .array(series, { maxLength: 3 })
      .map((all): Observation => ({ status: 'observed', samples: 0, series: all })),
    fc.constant<Observation>({ status: 'observed', samples: 0 }),
    fc.constant<Observation>({
      status: 'observed',
      samples: 2,
      series: [
        { labels: {}, points: [[0, Number.MAX_VALUE]] },
        { labels: { a: 'b' }, points: [[0, Number.MAX_VALUE]] },
      ],
    }),
    cannotLook,
  );

  test('comes of whatever was observed, and survives the way through JSON', () => {
    fc.assert(
      fc.property(
        everything(planned, () => anything),
        (evidence) => {
          for (const one of evidence)
            expect(Evidence.safeParse(JSON.parse(JSON.stringify(one))).success).toBe(true);
          const report = reportOf(evidence);
          const read = Report.safeParse(JSON.parse(JSON.stringify(report)));
          expect(read.error).toBeUndefined();
          expect(JSON.parse(JSON.stringify(read.data))).toEqual(JSON.parse(JSON.stringify(report)));
        },
      ),
      { numRuns: 40 },
    );
  });

  test('proposes a change only of a confirmed cause, and only with every parameter known', () => {
    fc.assert(
      fc.property(everything(planned).chain(blinded), (evidence) => {
        const { proposals, hypotheses } = reportOf(evidence);
        for (const { cause, params } of proposals) {
          expect(hypotheses.find((one) => one.cause === cause)?.status).toBe('confirmed');
          expect(Object.values(params)).not.toContain('');
          expect(Object.values(params).join()).not.toContain('(unknown)');
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('law 4: a hypothesis that is both accused and cleared is a conflict', () => {
  const both = causeOf({
    id: 'both',
    evidence: [promql('up')],
    eliminated: [{ when: 'up.max > 1.0', says: '{up.max | count} is more than 1.' }],
    confirmed: [{ when: 'up.max > 2.0', says: '{up.max | count} is more than 2.' }],
  });
  const of: Plan = plan([both], { target, window });

  test.each([
    [1, 'standing', 'Nothing.'],
    [2, 'eliminated', '2 is more than 1.'],
    [3, 'conflict', 'For: 3 is more than 2. Against: 3 is more than 1.'],
  ])('%i → %s', (max, status, reason) => {
    const [request] = of.requests;
    if (request === undefined) throw new Error('no request');
    const report = reportOf([{ request, observation: observedValue(max), tookMs: 0 }], of);
    expect(report.hypotheses).toMatchObject([{ status, reason }]);
    if (status === 'conflict')
      expect(report.conclusion).toMatchObject({ kind: 'narrowed', causes: ['both'] });
  });

  test('in the shipped playbooks exactly where a rule of each side holds', () => {
    fc.assert(
      fc.property(everything(planned).chain(blinded), (evidence) => {
        const report = reportOf(evidence);
        for (const [i, hypothesis] of planned.hypotheses.entries()) {
          const seen = observationsFor(hypothesis, byId(evidence));
          const { cause } = hypothesis;
          const one = (side: 'eliminatedWhen' | 'confirmedWhen'): string =>
            decide(
              { ...cause, eliminatedWhen: [], confirmedWhen: [], [side]: cause[side] },
              seen,
              planned.context,
            ).status;
          const isBoth = one('eliminatedWhen') === 'eliminated' && one('confirmedWhen') === 'confirmed';
          expect(report.hypotheses[i]?.status === 'conflict').toBe(isBoth);
        }
      }),
      { numRuns: 40 },
    );
  });
});
