import { unavailable, type Evidence, type EvidenceRequest, type Observation } from '../core/evidence.ts';
import { clusterLookups } from './collectors/cluster/index.ts';
import { collectPromql } from './collectors/promql.ts';
import { CannotLook, type ClusterReader, type LookupParams, type MetricsReader } from './ports.ts';

export interface Sources {
  readonly cluster: ClusterReader;
  readonly metrics: MetricsReader;
  /** How long one look may take, in milliseconds. */
  readonly timeoutMs: number;
}

type ProbeRequest = Extract<EvidenceRequest, { source: 'probe' }>;

/**
 * Looks once. Whatever keeps it from seeing becomes evidence that could not be had; only bugs are thrown. Whoever makes
 * probes passes how; they have limits of their own.
 */
export async function collect(
  request: EvidenceRequest,
  sources: Sources,
  probe: (request: ProbeRequest) => Promise<Observation>,
): Promise<Evidence> {
  const started = performance.now();
  const looking = request.source === 'probe' ? probe(request) : look(request, sources);
  const observation = await looking.catch((error: unknown) => {
    if (error instanceof CannotLook) return unavailable(error.why.reason, error.why.detail);
    throw error;
  });
  return {
    request,
    observation,
    ...(request.source === 'promql' && { link: sources.metrics.link(request.query, request.window) }),
    tookMs: Math.round(performance.now() - started),
  };
}

async function look(
  request: Exclude<EvidenceRequest, ProbeRequest>,
  { cluster, metrics, timeoutMs }: Sources,
): Promise<Observation> {
  const signal = AbortSignal.timeout(timeoutMs);
  if (request.source === 'promql') return collectPromql(request, metrics, signal);
  const lookup = clusterLookups.find(({ id }) => id === request.lookup);
  if (lookup === undefined) return unavailable('rejected', `this worker knows no look-up ${request.lookup}`);
  const params = request.params as LookupParams;
  return { status: 'observed', ...(await lookup.look(params, cluster, { signal, now: new Date() })) };
}
