import type { EvidenceRequest } from './evidence.ts';
import { intrusions, isProbeId, placements, probes, type Intrusion } from './probes.ts';

/** What one look takes. */
export interface Cost {
  readonly seconds: number;
  readonly intrusion: Intrusion;
}

/** A pod that is not there yet has to be scheduled and started. */
const startSeconds = 5;

/** Metrics and objects cost nobody anything; a probe its attempts, from the most intrusive place that it runs in. */
export function costOf(request: EvidenceRequest): Cost {
  if (request.source !== 'probe') return { seconds: 1, intrusion: 'passive' };
  const pace = isProbeId(request.probe) ? probes[request.probe].pace : 1;
  const places = request.from.map((from) => intrusions.indexOf(placements[from].intrusion));
  return {
    seconds: startSeconds + request.attempts * pace,
    intrusion: intrusions[Math.max(...places)] ?? 'experiment',
  };
}
