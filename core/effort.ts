import * as z from 'zod';
import { connectionsOf, costOf, probeBudgetSeconds, usualConnections } from './cost.ts';
import type { EvidenceRequest } from './evidence.ts';
import { mostAttempts } from './probes.ts';

/** Set where a person wants more samples than the playbooks ask for. */
export const Effort = z.literal('more');
export type Effort = z.infer<typeof Effort>;

/** Four times the samples halve what chance leaves open. */
const most = 4;

/**
 * How many times the usual attempts probes make: as many as fit into the time that an investigation has for them, and into
 * the connections; whoever runs out of those makes fewer than usual. `nodes` are those that the target runs on.
 */
export function timesFor(
  effort: Effort | undefined,
  requests: readonly EvidenceRequest[],
  nodes: number,
): number {
  if (effort === undefined) return 1;
  const probes = requests.filter(({ source }) => source === 'probe');
  const fits = (times: number): boolean => {
    const more = probes.map((request) => withMore(request, times));
    const seconds = more.reduce((sum, request) => sum + costOf(request).seconds, 0);
    const connections = more.reduce((sum, request) => sum + connectionsOf(request, nodes), 0);
    return seconds <= probeBudgetSeconds && connections <= usualConnections;
  };
  for (let times = most; times > 1; times--) if (fits(times)) return times;
  return 1;
}

/** The same look with so many times the attempts, up to what one arm may make. */
export function withMore(request: EvidenceRequest, times: number): EvidenceRequest {
  return request.source === 'probe' ? { ...request, attempts: timesMore(request.attempts, times) } : request;
}

export function timesMore(attempts: number, times: number): number {
  return times === 1 ? attempts : Math.min(attempts * times, Math.max(attempts, mostAttempts));
}
