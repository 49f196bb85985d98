import type { Evidence } from '../core/evidence.ts';
import { isProbeId } from '../core/probes.ts';
import type { Progress } from '../core/progress.ts';
import type { Report } from '../core/report.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { StoreWitness } from './investigation-store.ts';

/** Counts what a worker finds, each thing when it is stored. The checks of a change are no investigations. */
export function countFindings(metrics: Metrics): StoreWitness {
  return {
    published({ startedAt, progress }, isCheck) {
      if (!isCheck) countProgress(metrics, progress, Math.max(0, Date.now() - startedAt) / 1000);
    },
    added: (evidence) => countEvidence(metrics, evidence),
  };
}

function countProgress(metrics: Metrics, progress: Progress, sinceAsked: number): void {
  const { phase } = progress;
  if (phase === 'gathering') return;
  if (phase === 'queued') {
    metrics.observe('netcheck_investigation_wait_seconds', {}, sinceAsked);
    return;
  }
  metrics.observe('netcheck_investigation_duration_seconds', { phase }, sinceAsked);
  if (phase === 'ended') countReport(metrics, progress.report);
}

function countReport(metrics: Metrics, { conclusion, hypotheses }: Report): void {
  metrics.add('netcheck_conclusions_total', { kind: conclusion.kind });
  for (const { cause, status } of hypotheses) metrics.add('netcheck_verdicts_total', { cause, status });
}

function countEvidence(metrics: Metrics, { request, observation, tookMs }: Evidence): void {
  const { source } = request;
  metrics.observe('netcheck_evidence_duration_seconds', { source }, tookMs / 1000);
  if (observation.status === 'unavailable') {
    const { reason } = observation.why;
    metrics.add('netcheck_evidence_unavailable_total', { source, reason });
  } else if (source === 'probe' && isProbeId(request.probe)) {
    const { probe } = request;
    const { attempts = [] } = observation;
    const ok = attempts.filter((one) => one.ok).length;
    metrics.add('netcheck_probe_attempts_total', { probe, outcome: 'ok' }, ok);
    metrics.add('netcheck_probe_attempts_total', { probe, outcome: 'failed' }, attempts.length - ok);
  }
}
