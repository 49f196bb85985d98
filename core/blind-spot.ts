import { cureFor } from './cure.ts';
import type { Unavailable, UnavailableReason } from './evidence.ts';
import { metricsIn } from './playbook/promql-metrics.ts';
import { placements } from './probes.ts';
import type { ReportedEvidence } from './report.ts';

/** Something that an investigation could not look at, and what would mend it. */
export interface BlindSpot {
  /** What it was, the same for looks that are mended alike: an exporter, a kind of object, a class of probes. */
  readonly what: string;
  readonly reason: UnavailableReason;
  /** A clause. */
  readonly mend: string;
}

/** Where the metrics come from that the shipped playbooks read, by the beginning of their names. */
const exporters: readonly (readonly [RegExp, string])[] = [
  [/^node_/, 'node-exporter'],
  [/^kube_/, 'kube-state-metrics'],
  [/^container_/, 'cAdvisor (kubelet)'],
  [/^coredns_/, 'CoreDNS'],
  [/^nginx_ingress_/, 'ingress-nginx'],
  [/^kubeproxy_/, 'kube-proxy'],
  [/^haproxy_/, 'HAProxy'],
  [/^aws_elb_/, 'an exporter of CloudWatch'],
  [/^awscni_/, 'the AWS VPC CNI'],
];

/** Of a piece of evidence; what nobody could have seen, or wanted to see any more, is none. */
export function blindSpotsOf(one: ReportedEvidence): readonly BlindSpot[] {
  const all: BlindSpot[] = [];
  if (isLook(one)) {
    if (one.why !== undefined) all.push(spotOf(one, one.why));
    for (const { from, why } of one.unseen ?? []) all.push(spotOf(one, why, placements[from].title));
  }
  return all.filter(({ reason }) => reason !== 'cancelled' && reason !== 'not-found');
}

type Look = ReportedEvidence & { readonly source: Exclude<ReportedEvidence['source'], 'person'> };

/** What a person said nobody had to look for. */
function isLook(one: ReportedEvidence): one is Look {
  return one.source !== 'person';
}

function spotOf(one: Look, { reason, detail }: Unavailable, place?: string): BlindSpot {
  const cure = cureFor(reason, one.source);
  switch (one.source) {
    case 'promql':
      return reason === 'no-data' ? noData(one) : { what: 'Prometheus', reason, mend: cure };
    case 'cluster':
      return {
        ...(reason === 'forbidden' ? forbidden(one, detail) : { what: lookOf(one), mend: cure }),
        reason,
      };
    case 'probe':
      return { ...probed(one, detail, place), reason, ...(reason !== 'not-enabled' && { mend: cure }) };
  }
}

function noData({ query = '' }: ReportedEvidence): BlindSpot {
  const [metric = 'metrics'] = metricsIn(query) ?? [];
  const exporter = exporters.find(([pattern]) => pattern.test(metric))?.[1];
  return {
    what: exporter === undefined ? metric : `metrics of ${exporter}`,
    reason: 'no-data',
    mend:
      exporter === undefined
        ? cureFor('no-data', 'promql')
        : `is ${exporter} there, and scraped by this Prometheus?`,
  };
}

/** As Kubernetes says it: `services is forbidden: User "x" cannot list resource "services" in API group "" …`. */
const refusal = /cannot (\w+) resource "([\w./-]+)" in API group "([\w.-]*)"/;

function forbidden(one: ReportedEvidence, detail: string): Omit<BlindSpot, 'reason'> {
  const [, verb, resource, group] = refusal.exec(detail) ?? [];
  if (verb === undefined || resource === undefined)
    return { what: lookOf(one), mend: cureFor('forbidden', 'cluster') };
  const of = group === undefined || group === '' ? '' : ` (${group})`;
  return {
    what: resource,
    mend: `let the worker's ServiceAccount ${verb} ${resource}${of}; deploy/rbac.yaml lists all it needs`,
  };
}

/** What was off names the setting that turns it on. */
function probed(one: ReportedEvidence, detail: string, place?: string): Omit<BlindSpot, 'reason'> {
  const [, from = place] = /^probes from (.{1,80}) are off/.exec(detail) ?? [];
  const setting = /NETCHECK_PROBES=[\w,-]+ turns them on/.exec(detail)?.[0];
  return {
    what: from === undefined ? `the probe ${lookOf(one)}` : `probes from ${from}`,
    mend: setting ?? cureFor('not-enabled', 'probe'),
  };
}

/** The name of the look-up or of the probe, without what it was asked about. */
function lookOf({ query = '' }: ReportedEvidence): string {
  return query.split(/[\s,]/)[0] ?? query;
}
