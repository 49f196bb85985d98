import type { ProbeOptions, ProberKind, ProbeTarget } from '../../core/probe-task.ts';
import type { ProbeId } from '../../core/probes.ts';
import type { Target } from '../../core/target.ts';
import type { ClusterReader, Need } from '../ports.ts';
import { findDestination, targetsOf } from './destinations.ts';
import type { Place } from './place.ts';

/** What a probe is asked: the target, what the playbook set, and where this arm runs. */
export interface Asked {
  readonly target: Target;
  readonly params: Readonly<Record<string, string>>;
  readonly attempts: number;
  /** How many the arm made already, in an earlier asking. */
  readonly first: number;
  readonly place: Place;
  readonly cluster: ClusterReader;
  readonly signal: AbortSignal;
}

/** What a probe asks of the prober in one arm; pace, caps and deadline are not its business. */
interface Draft {
  readonly kind: ProberKind;
  readonly targets: readonly ProbeTarget[];
  /** Seconds that one attempt may take. */
  readonly timeout: number;
  /** Seconds that it waits on purpose, besides. */
  readonly waits?: number;
  /** Where the playbook's number of attempts does not say how many it takes. */
  readonly attempts?: number;
  readonly options?: ProbeOptions;
}

/** One probe of core/probes.ts, as workers make it. `draft` throws CannotLook where there is nothing to probe. */
export interface ProbeMaker {
  readonly id: ProbeId;
  readonly needs: readonly Need[];
  draft(asked: Asked): Promise<Draft>;
}

/** The targets that the parameter `to` stands for. */
export async function targetsTo({ params, target, cluster, signal }: Asked): Promise<readonly ProbeTarget[]> {
  const destination = await findDestination(params['to'] ?? '', target, cluster, signal);
  return targetsOf(destination, cluster, signal);
}

export function isProxied(place: Place): boolean {
  return (place.kind === 'in-pod' && place.proxied) || (place.kind === 'pod' && place.meshed === true);
}

/** Tells the prober that a sidecar answers its connects. */
export function proxyOption(place: Place): ProbeOptions {
  return isProxied(place) ? { proxied: true } : {};
}
