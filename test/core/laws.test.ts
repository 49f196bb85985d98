import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decide } from '../../core/decide.ts';
import {
  Evidence,
  UnavailableReason,
  type EvidenceRequest,
  type LookupFacts,
  type Observation,
  type Series,
} from '../../core/evidence.ts';
import { isLookupId, lookups, type FactType } from '../../core/lookups.ts';
import { observationsFor, plan, type Plan } from '../../core/plan.ts';
import { parseCause } from '../../core/playbook/cause.ts';
import { causesFor } from '../../core/playbook/library.ts';
import { buildReport, Report } from '../../core/report.ts';
import { shippedLibrary } from '../support/playbooks.ts';

const pods = ['cart-1', 'cart-2'];
const nodes = ['node-a', 'node-b'];
const target = {
  namespace: 'shop',
  service: 'cart',
  workload: 'Deployment/cart',
  pods: pods.map((name, i) => ({ name, ready: true, node: nodes[i] ?? '' })),
  nodes,
  gaps: [],
};
const window = { from: 1_800_000_000, to: 1_800_001_800 };
const library = shippedLibrary();
const planned = plan(causesFor(library, undefined), { target, window });

/** Values at which the shipped rules change their mind, and others. */
const value = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(0, 0.001, 0.01, 0.02, 0.2, 0.5, 0.9, 1, 2, 30, 300, 5000, 36_000) },
  { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
);
const labels = fc.record(
  {
    pod: fc.constantFrom(...pods),
    node: fc.constantFrom(...nodes),
    instance: fc.constantFrom('10.0.0.1:9100', '10.0.0.2:9100'),
    le: fc.constantFrom('0.5', '1', '+Inf'),
  },
  { requiredKeys: [] },
);
const series: fc.Arbitrary<Series> = fc.record({
  labels,
  points: fc
    .array(value, { minLength: 1, maxLength: 4 })
    .map((values) => values.map((one, i): [number, number] => [window.from + 15 * i, one])),
});

const factOf: Readonly<Record<FactType, fc.Arbitrary<LookupFacts[string]>>> = {
  double: fc.oneof(fc.nat({ max: 4 }), value),
  string: fc.constantFrom('', 'app=cart', '8080', 'hashrandom-fully'),
  bool: fc.boolean(),
  'list<string>': fc.uniqueArray(fc.constantFrom('node-a', 'node-b', '8080', '9090')),
};

const cannotLook: fc.Arbitrary<Observation> = fc
  .constantFrom(...UnavailableReason.options)
  .map((reason) => ({ status: 'unavailable', why: { reason, detail: `no look: ${reason}` } }));

function observedOf(request: EvidenceRequest): fc.Arbitrary<Observation> {
  if (request.source === 'promql') {
    return fc
      .uniqueArray(series, { minLength: 1, maxLength: 3, selector: (one) => JSON.stringify(one.labels) })
      .map((all) => ({
        status: 'observed',
        samples: all.flatMap(({ points }) => points).length,
        series: all,
      }));
  }
  if (!isLookupId(request.lookup)) throw new Error(`no look-up ${request.lookup}`);
  const declared: Readonly<Record<string, FactType>> = lookups[request.lookup].facts;
  const facts = Object.fromEntries(Object.entries(declared).map(([name, type]) => [name, factOf[type]]));
  return fc.record(facts).map((found) => ({ status: 'observed', samples: 1, facts: found }));
}

/** Every look of the plan with what it found, and each time a part of them that could not be had. */
function everything(of: Plan, observed = observedOf): fc.Arbitrary<Evidence[]> {
  return fc.tuple(...of.requests.map((request) => observed(request))).map((all) =>
    all.flatMap((observation, i) => {
      const request = of.requests[i];
      return request === undefined ? [] : [{ request, observation, tookMs: i }];
    }),
  );
}

function byId(evidence: readonly Evidence[]): ReadonlyMap<string, Evidence> {
  return new Map(evidence.map((one) => [one.request.id, one]));
}

function reportOf(evidence: readonly Evidence[], of = planned): Report {
  const inquiry = { id: 'i1', target, symptom: undefined, plan: of, startedAt: 0 };
  return buildReport(inquiry, byId(evidence), 1000);
}

/** Some of the evidence hidden: not gathered yet, or unavailable for any reason. */
function blinded(evidence: readonly Evidence[]): fc.Arbitrary<Evidence[]> {
  const seen = fc.constant<'seen' | 'absent' | Observation>('seen');
  const fate = fc.oneof(seen, fc.constant('absent' as const), cannotLook);
  return fc.tuple(...evidence.map(() => fate)).map((fates) =>
    evidence.flatMap((one, i): Evidence[] => {
      const what = fates[i] ?? 'seen';
      if (what === 'absent') return [];
      return [what === 'seen' ? one : { ...one, observation: what }];
    }),
  );
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
      { numRuns: 100 },
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
      { numRuns: 50 },
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
      { numRuns: 100 },
    );
  });
});

test('law 2: same evidence, same report, in whatever order it came in', () => {
  fc.assert(
    fc.property(
      everything(planned).chain((all) =>
        fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
      ),
      ([all, shuffled]) => {
        expect(reportOf(shuffled)).toEqual(reportOf(all));
      },
    ),
    { numRuns: 100 },
  );
});

test('law 2: the order in which Prometheus lists its series changes no verdict', () => {
  fc.assert(
    fc.property(everything(planned), (all) => {
      const turned = all.map((one): Evidence => {
        const { observation } = one;
        if (observation.status !== 'observed' || observation.series === undefined) return one;
        return { ...one, observation: { ...observation, series: observation.series.toReversed() } };
      });
      const status = (evidence: readonly Evidence[]): string[] =>
        reportOf(evidence).hypotheses.map((one) => `${one.cause} ${one.status}`);
      expect(status(turned)).toEqual(status(all));
    }),
    { numRuns: 100 },
  );
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
      { numRuns: 100 },
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
      { numRuns: 100 },
    );
  });
});

describe('law 4: a hypothesis that is both accused and cleared is a conflict', () => {
  const source = `---
id: both
title: Both
---

## Evidence

### \`up\` Up

\`\`\`promql
up
\`\`\`

## Eliminated when

\`\`\`cel
up.max > 1.0
\`\`\`

{up.max | count} is more than 1.

## Confirmed when

\`\`\`cel
up.max > 2.0
\`\`\`

{up.max | count} is more than 2.

## Otherwise

Neither.

## Cases

\`\`\`yaml
[]
\`\`\`
`;
  const parsed = parseCause(source, 'both.md');
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  const of = plan([parsed.cause], { target, window });

  test.each([
    [1, 'standing', 'Neither.'],
    [2, 'eliminated', '2 is more than 1.'],
    [3, 'conflict', 'For: 3 is more than 2. Against: 3 is more than 1.'],
  ])('%i → %s', (max, status, reason) => {
    const [request] = of.requests;
    if (request === undefined) throw new Error('no request');
    const observation: Observation = {
      status: 'observed',
      samples: 1,
      series: [{ labels: {}, points: [[0, max]] }],
    };
    const report = reportOf([{ request, observation, tookMs: 0 }], of);
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
      { numRuns: 100 },
    );
  });
});
