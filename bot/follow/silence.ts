import type { Progress } from '../../core/progress.ts';
import type { RootState } from '../views/root-state.ts';

const silenceMs = { long: 30_000, givenUp: 15 * 60_000 } as const;

/** What the time since the last news (unix milliseconds) means. A probe takes its time, and is not heard of until it is over. */
export function silenceAt(now: number, newsAt: number, progress: Progress | undefined): RootState['silence'] {
  const probing = progress?.phase === 'gathering' ? (progress.probing?.seconds ?? 0) * 1000 : 0;
  const silent = now - newsAt - probing;
  if (silent > silenceMs.givenUp) return 'given-up';
  return silent > silenceMs.long ? 'long' : 'none';
}
