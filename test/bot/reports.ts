import type { Evidence } from '../../core/evidence.ts';
import type { Progress } from '../../core/progress.ts';
import type { Proposal } from '../../core/remediation/proposal.ts';
import type { Report, ReportedEvidence } from '../../core/report.ts';
import type { Request } from '../../core/request.ts';
import type { Verdict } from '../../core/verdict.ts';

/** What a worker would have written, for tests that play its part. */

export const request: Request = { subject: { kind: 'named', service: 'checkout' }, windowSeconds: 1800 };

export const verdicts = {
  selector: {
    cause: 'no-ready-endpoints',
    title: 'The Service has no ready endpoints',
    status: 'eliminated',
    reason: '2 endpoints are ready behind checkout.',
    evidence: ['no-ready-endpoints/endpoints'],
  },
  snat: {
    cause: 'snat-port-race',
    title: 'SNAT port race drops SYNs',
    status: 'confirmed',
    reason: '41 of 1,204 inserts failed on ip-10-0-1-11.',
    culprit: 'node ip-10-0-1-11',
    evidence: ['snat-port-race/drops'],
  },
  policy: {
    cause: 'policy-denies',
    title: 'A NetworkPolicy denies the traffic',
    status: 'unchecked',
    reason: 'policies could not be looked at: forbidden.',
    evidence: ['policy-denies/policies'],
  },
} as const satisfies Record<string, Verdict>;

export const evidence = {
  endpoints: {
    id: 'no-ready-endpoints/endpoints',
    title: 'Selector and endpoints of the Service',
    source: 'cluster',
    status: 'observed',
    query: 'endpoints checkout',
    samples: 2,
    facts: { ready: 2, selector: 'app=checkout' },
  },
  drops: {
    id: 'snat-port-race/drops',
    title: 'Failed conntrack inserts a second',
    source: 'promql',
    status: 'observed',
    query: 'rate(node_nf_conntrack_stat_insert_failed[5m])',
    link: 'https://prometheus.example.com/graph?g0.expr=rate(x)',
    unit: 'rate',
    window: { from: 1_790_000_000, to: 1_790_001_800 },
    samples: 240,
    facts: { count: 2, samples: 240, max: 3.5, min: 0, mean: 0.8, sum: 4 },
  },
  policies: {
    id: 'policy-denies/policies',
    title: 'NetworkPolicies that select the pods',
    source: 'cluster',
    status: 'unavailable',
    query: 'policies checkout',
    why: { reason: 'forbidden', detail: 'list networkpolicies in shop' },
  },
} as const satisfies Record<string, ReportedEvidence>;

export const proposal: Proposal = {
  id: 'will-be-replaced',
  cause: 'no-ready-endpoints',
  remediation: 'service-selector',
  namespace: 'shop',
  service: 'checkout',
  params: { selector: 'app=checkout-v2' },
  summary: 'Select 2 pods of checkout with app=checkout-v2.',
  why: 'The selector app=checkout matches no pod.',
  risk: 'traffic goes to every pod that the new selector matches.',
  workedIf: 'the Service has ready endpoints.',
};

export function report(id: string, changes: Partial<Report> = {}): Report {
  return {
    schema: 'netcheck.report/v1',
    id,
    target: {
      namespace: 'shop',
      service: 'checkout',
      workload: 'Deployment/checkout',
      pods: [{ name: 'checkout-1', ready: true }],
      nodes: ['ip-10-0-1-11'],
      gaps: [],
    },
    symptom: 'any',
    conclusion: {
      kind: 'cause-found',
      causes: ['snat-port-race'],
      alsoFound: [],
      summary:
        'SNAT port race drops SYNs (node ip-10-0-1-11). 41 of 1,204 inserts failed on ip-10-0-1-11. 1 other cause is not ruled out.',
    },
    hypotheses: [verdicts.selector, verdicts.snat, verdicts.policy],
    evidence: [evidence.endpoints, evidence.drops, evidence.policies],
    proposals: [],
    steps: [],
    timings: {
      startedAt: 1_790_001_800_000,
      endedAt: 1_790_001_802_100,
      totalMs: 2100,
      slowestEvidenceMs: 900,
    },
    ...changes,
  };
}

/** A report of which only the first look has come in. */
export function gathering(id: string): Progress {
  const unchecked = { status: 'unchecked', reason: 'drops was not looked at' } as const;
  return {
    phase: 'gathering',
    total: 3,
    report: report(id, {
      conclusion: { kind: 'inconclusive', causes: [], alsoFound: [], summary: 'Nothing proven.' },
      hypotheses: [
        verdicts.selector,
        { ...verdicts.snat, ...unchecked, culprit: undefined } as never,
        { ...verdicts.policy, ...unchecked },
      ].map(({ culprit: _culprit, ...verdict }: Verdict) => verdict),
      evidence: [evidence.endpoints],
    }),
  };
}

/** The series behind `evidence.drops`. */
export const drops: Evidence = {
  request: {
    source: 'promql',
    id: 'snat-port-race/drops',
    title: 'Failed conntrack inserts a second',
    query: 'rate(node_nf_conntrack_stat_insert_failed[5m])',
    window: { from: 1_790_000_000, to: 1_790_001_800 },
    step: 15,
    unit: 'rate',
    threshold: 1,
  },
  observation: {
    status: 'observed',
    samples: 240,
    series: ['ip-10-0-1-11', 'ip-10-0-1-12'].map((node, index) => ({
      labels: { node },
      points: Array.from({ length: 120 }, (_, step): [number, number] => [
        1_790_000_000 + step * 15,
        index === 0 ? Math.max(0, Math.sin(step / 12)) * 3.5 : 0.05,
      ]),
    })),
  },
  tookMs: 900,
};
