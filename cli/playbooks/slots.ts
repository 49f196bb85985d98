import type { Window } from '../../core/evidence.ts';

/** Long past and always the same, so that steps that Prometheus aligns to the clock fall alike in every run. */
const epoch = Date.UTC(2001, 0, 1) / 1000;
const hour = 3600;

/**
 * One window for each case, so far apart in time that no query of one case reaches what another one states, backward or
 * forward. All in seconds; a slot begins on the hour, and its window ends with it.
 */
export function slotsFor(windowSeconds: readonly number[], reachSeconds: number): Window[] {
  const length = hour * Math.ceil((Math.max(0, ...windowSeconds) + reachSeconds + 1) / hour);
  return windowSeconds.map((seconds, index) => {
    const to = epoch + (index + 1) * length;
    return { from: to - seconds, to };
  });
}
