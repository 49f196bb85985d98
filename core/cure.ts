import type { UnavailableReason } from './evidence.ts';
import type { ReportedEvidence } from './report.ts';

/** What a person can do so that the next look sees something. */
export function cureFor(reason: UnavailableReason, source: ReportedEvidence['source']): string {
  if (source === 'probe') return cureForProbe(reason);
  const isCluster = source === 'cluster';
  switch (reason) {
    case 'forbidden':
      return isCluster
        ? "grant the worker's ServiceAccount this right; deploy/rbac.yaml lists all it needs"
        : 'let the worker query Prometheus: the proxy in front of it refused';
    case 'timed-out':
      return 'ask again over a shorter time (since 10m), or raise NETCHECK_EVIDENCE_TIMEOUT of the worker';
    case 'unreachable':
      return isCluster
        ? 'check that the worker reaches the Kubernetes API server'
        : 'check PROMETHEUS_URL of the worker, and that Prometheus is up';
    case 'rejected':
      return isCluster
        ? 'the API server does not know this request: is the worker newer than the cluster?'
        : 'Prometheus does not take this query: mend it in the playbook';
    case 'not-found':
      return 'nothing of the kind exists for this target, so there is nothing to look at';
    case 'no-data':
      return isCluster
        ? 'there is nothing to read yet: ask again later'
        : 'is the exporter that has this metric running, and scraped by this Prometheus?';
    case 'crashed':
      return "the look itself broke: the worker's log says how";
    case 'cancelled':
      return 'the investigation ended before this look';
    case 'not-enabled':
      return 'allow this kind of look where netcheck is installed, or look by hand';
  }
}

function cureForProbe(reason: UnavailableReason): string {
  switch (reason) {
    case 'forbidden':
      return "grant the worker's ServiceAccount the right to make this pod; deploy/rbac.yaml lists all it needs";
    case 'timed-out':
      return 'ask again: the pod of the probe did not start or end in time';
    case 'unreachable':
      return 'check that the worker reaches the Kubernetes API server, and its nodes their images';
    case 'rejected':
      return 'what this probe would do is not allowed, by the cluster or by netcheck: look by hand';
    case 'not-found':
      return 'there is no place to probe from, or nothing to probe';
    case 'no-data':
      return 'the probe ended without an attempt: ask again';
    case 'crashed':
      return "the probe itself broke: the worker's log says how";
    case 'cancelled':
      return 'the investigation ended before this probe';
    case 'not-enabled':
      return 'allow probes of this class where netcheck is installed, or look by hand';
  }
}
