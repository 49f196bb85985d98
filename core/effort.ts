import * as z from 'zod';
import { costOf, probeBudgetSeconds } from './cost.ts';
import type { EvidenceRequest } from './evidence.ts';
import { mostAttempts } from './probes.ts';

/** Set where a person wants more samples than the playbooks ask for. */
export const Effort = z.literal('more');
export type Effort = z.infer<typeof Effort>;

/** Four times the samples halve what chance leaves open. */
const most = 4;

/** How many times the usual attempts probes make: as many as fit into the time that an investigation has for them. */
export function timesFor(effort: Effort | undefined, requests: readonly EvidenceRequest[]): number {
  if (effort === undefined) return 1;
  const secondsAt = (times: number): number =>
    requests
      .filter(({ source }) => source === 'probe')
      .reduce((sum, request) => sum + costOf(withMore(request, times)).seconds, 0);
  for (let times = most; times > 1; times--) if (secondsAt(times) <= probeBudgetSeconds) return times;
  return 1;
}

/** The same look with so many times the attempts, up to what one arm may make. */
export function withMore(request: EvidenceRequest, times: number): EvidenceRequest {
  return request.source === 'probe' ? { ...request, attempts: timesMore(request.attempts, times) } : request;
}

export function timesMore(attempts: number, times: number): number {
  return times === 1 ? attempts : Math.min(attempts * times, Math.max(attempts, mostAttempts));
}
