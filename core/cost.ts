import {
  intrusions,
  isProbeId,
  mostNodes,
  placements,
  probes,
  type Intrusion,
  type Placement,
  type Probe,
} from './probes.ts';

/**
 * How long probes may take in all, in seconds: an on-call waits for minutes, not for an hour. Counted as if they ran one
 * after the other, so it also bounds how much they ask of what they probe.
 */
export const probeBudgetSeconds = 300;

/**
 * How many connections the probes of one investigation may make where whoever installed netcheck set nothing else. A plan
 * does not know what was set.
 */
export const usualConnections = 30_000;

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
      readonly params: Readonly<Record<string, string>>;
      readonly from: readonly Placement[];
      /** Of each arm. */
      readonly attempts: number;
      /** How many it made already. */
      readonly first?: number;
    };

/** A pod that is not there yet has to be scheduled and started. */
const startSeconds = 5;

/** Metrics and objects cost nobody anything; a probe its attempts, from the most intrusive place that it runs in. */
export function costOf(request: Priced): Cost {
  if (request.source !== 'probe') return { seconds: 1, intrusion: 'passive' };
  const places = request.from.map((from) => intrusions.indexOf(placements[from].intrusion));
  return {
    seconds: startSeconds + secondsOf(request),
    intrusion: intrusions[Math.max(...places)] ?? 'experiment',
  };
}

/** Of one arm; arms run side by side. */
function secondsOf({ probe, params, attempts, first = 0 }: Extract<Priced, { source: 'probe' }>): number {
  if (!isProbeId(probe)) return attempts;
  const { lasts, pace }: Probe = probes[probe];
  return lasts?.(params, { attempts, first }) ?? attempts * pace;
}

/** Of all arms; `nodes` are those that the target runs on. */
export function connectionsOf(request: Priced, nodes: number): number {
  if (request.source !== 'probe') return 0;
  const places: number[] = request.from.map((from) => {
    if (from === 'all-nodes') return mostNodes[from];
    return from === 'each-node' ? Math.min(nodes, mostNodes[from]) : 1;
  });
  return request.attempts * places.reduce((sum, one) => sum + one, 0);
}
