import type { ClusterState } from '../state.ts';

export interface ControllerOptions {
  /** Milliseconds from a pod's start to its readiness (default 0). */
  readonly podReadyAfter?: number;
}

export interface Controllers {
  /** Runs all controllers until nothing changes any more. */
  settle(): void;
  stop(): void;
}

export function startControllers(_state: ClusterState, _options: ControllerOptions): Controllers {
  return { settle: () => undefined, stop: () => undefined };
}
