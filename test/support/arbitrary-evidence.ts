import fc from 'fast-check';
import {
  UnavailableReason,
  type Attempt,
  type Evidence,
  type EvidenceRequest,
  type LookupFacts,
  type Observation,
  type Series,
  type Unavailable,
} from '../../core/evidence.ts';
import { isLookupId, lookups, type FactType } from '../../core/lookups.ts';
import type { Plan } from '../../core/plan.ts';
import { isProbeId, probes, type Probe } from '../../core/probes.ts';
import { target, window } from './causes.ts';

const pods = target.pods.map(({ name }) => name);
const nodes = target.nodes;

/** Values at which rules change their mind, and others. */
export const value = fc.oneof(
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
export const series: fc.Arbitrary<Series> = fc.record({
  labels,
  points: fc
    .array(value, { minLength: 1, maxLength: 12 })
    .map((values) => values.map((one, i): [number, number] => [window.from + 15 * i, one])),
});

const factOf: Readonly<Record<FactType, fc.Arbitrary<LookupFacts[string]>>> = {
  double: fc.oneof(fc.nat({ max: 4 }), value),
  string: fc.constantFrom('', 'app=cart', '8080', 'hashrandom-fully'),
  bool: fc.boolean(),
  'list<string>': fc.uniqueArray(fc.constantFrom(...nodes, '8080', '9090')),
};

const why: fc.Arbitrary<Unavailable> = fc
  .constantFrom(...UnavailableReason.options)
  .map((reason) => ({ reason, detail: `no look: ${reason}` }));
export const cannotLook: fc.Arbitrary<Observation> = why.map((one) => ({ status: 'unavailable', why: one }));

/** What one arm of a probe found: few or many attempts, of which none, some or all failed. */
const arm = fc.record({
  count: fc.constantFrom(1, 20, 100, 320),
  share: fc.constantFrom(0, 0.01, 0.3, 1),
  seconds: fc.constantFrom(0.01, 0.2, 1.01, 5),
  error: fc.constantFrom('timeout', 'ECONNREFUSED'),
});

function attemptsOf(request: Extract<EvidenceRequest, { source: 'probe' }>): fc.Arbitrary<Observation> {
  const to = request.params['to'] ?? 'a:1';
  const arms = fc.tuple(
    ...request.from.map((from) => fc.tuple(fc.constant(from), fc.option(arm), fc.option(why, { freq: 8 }))),
  );
  return arms.map((all): Observation => {
    const unseen = all.flatMap(([from, , missing]) => (missing === null ? [] : [{ from, why: missing }]));
    const attempts = all.flatMap(([from, made, missing]): Attempt[] =>
      Array.from({ length: missing === null ? (made?.count ?? 0) : 0 }, (_, n) => {
        const ok = n >= (made?.count ?? 0) * (made?.share ?? 0);
        return {
          n,
          from,
          to,
          ok,
          seconds: ok ? 0.01 + n / 1e6 : (made?.seconds ?? 0),
          ...(!ok && { error: made?.error ?? '' }),
          labels: { node: nodes[n % nodes.length] ?? '', backend: `10.0.0.${n % 3}` },
        };
      }),
    );
    return { status: 'observed', samples: attempts.length, attempts, ...(unseen.length > 0 && { unseen }) };
  });
}

function factsOf(declared: Readonly<Record<string, FactType>>): fc.Arbitrary<Observation> {
  const facts = Object.fromEntries(Object.entries(declared).map(([name, type]) => [name, factOf[type]]));
  return fc.record(facts).map((found) => ({ status: 'observed', samples: 1, facts: found }));
}

/** Whatever such a look can find. */
function observedOf(request: EvidenceRequest): fc.Arbitrary<Observation> {
  switch (request.source) {
    case 'promql':
      return fc
        .uniqueArray(series, { minLength: 1, maxLength: 3, selector: (one) => JSON.stringify(one.labels) })
        .map((all) => ({
          status: 'observed',
          samples: all.flatMap(({ points }) => points).length,
          series: all,
        }));
    case 'probe': {
      const { facts }: Partial<Probe> = isProbeId(request.probe) ? probes[request.probe] : {};
      return facts === undefined ? attemptsOf(request) : factsOf(facts);
    }
    case 'cluster': {
      if (!isLookupId(request.lookup)) throw new Error(`no look-up ${request.lookup}`);
      return factsOf(lookups[request.lookup].facts);
    }
  }
}

/** Every look of a plan with what it found. */
export function everything(of: Plan, observed = observedOf): fc.Arbitrary<Evidence[]> {
  return fc.tuple(...of.requests.map((request) => observed(request))).map((all) =>
    all.flatMap((observation, i) => {
      const request = of.requests[i];
      return request === undefined ? [] : [{ request, observation, tookMs: i }];
    }),
  );
}

/** Some of the evidence hidden: not gathered yet, unavailable for any reason, or some arms of a probe not run. */
export function blinded(evidence: readonly Evidence[]): fc.Arbitrary<Evidence[]> {
  const fates = evidence.map((one) =>
    fc.oneof(
      fc.constant([one]),
      fc.constant([]),
      cannotLook.map((observation) => [{ ...one, observation }]),
      withoutArms(one).map((partly) => [partly]),
    ),
  );
  return fc.tuple(...fates).map((all) => all.flat());
}

function withoutArms(one: Evidence): fc.Arbitrary<Evidence> {
  const { request, observation } = one;
  if (request.source !== 'probe' || observation.status !== 'observed') return fc.constant(one);
  const { attempts = [], unseen = [], ...rest } = observation;
  return fc.tuple(fc.subarray(request.from), why).map(([arms, reason]) => {
    const left = attempts.filter(({ from }) => !arms.includes(from));
    const more = arms.map((from) => ({ from, why: reason }));
    return {
      ...one,
      observation: { ...rest, samples: left.length, attempts: left, unseen: [...unseen, ...more] },
    };
  });
}

/** The same evidence, each observation changed. */
export function changed(
  evidence: readonly Evidence[],
  change: (observation: Extract<Observation, { status: 'observed' }>) => Observation,
): Evidence[] {
  return evidence.map((one) =>
    one.observation.status === 'observed' ? { ...one, observation: change(one.observation) } : one,
  );
}
