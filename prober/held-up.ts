import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Run } from './run.ts';

/** Milliseconds, a good part of the second after which Linux sends a SYN again. */
const worthTelling = 500;

/**
 * Watches from now on whether this program gets its turn on the CPU; what is returned tells the run of the longest wait.
 * Attempts that were under way then look slower than they were: the clock ran on, and nobody read it.
 */
export function watchTurns(): (run: Run) => void {
  const waits = monitorEventLoopDelay({ resolution: 20 });
  waits.enable();
  return ({ facts, notes }) => {
    waits.disable();
    const longest = Math.round(waits.max / 1e6);
    if (longest < worthTelling) return;
    facts['held_up_ms'] = longest;
    notes.add(
      `the prober itself had to wait for ${longest} ms, for the CPU most likely: attempts of that time look slower than they were`,
    );
  };
}
