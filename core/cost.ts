import { intrusions, isProbeId, placements, probes, type Intrusion, type Placement } from './probes.ts';

/** What one look takes. */
export interface Cost {
  readonly seconds: number;
  readonly intrusion: Intrusion;
}

/** What tells how dear a look is, in a playbook and in what is asked. */
type Priced =
  | { readonly source: 'promql' | 'cluster' }
  | {
      readonly source: 'probe';
      readonly probe: string;
      readonly from: readonly Placement[];
      /** Of each arm. */
      readonly attempts: number;
    };

/** A pod that is not there yet has to be scheduled and started. */
const startSeconds = 5;

/** Metrics and objects cost nobody anything; a probe its attempts, from the most intrusive place that it runs in. */
export function costOf(request: Priced): Cost {
  if (request.source !== 'probe') return { seconds: 1, intrusion: 'passive' };
  const pace = isProbeId(request.probe) ? probes[request.probe].pace : 1;
  const places = request.from.map((from) => intrusions.indexOf(placements[from].intrusion));
  return {
    seconds: startSeconds + request.attempts * pace,
    intrusion: intrusions[Math.max(...places)] ?? 'experiment',
  };
}
