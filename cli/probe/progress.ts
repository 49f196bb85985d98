import { clearLine, cursorTo } from 'node:readline';
import type { WriteStream } from 'node:tty';

/** What one arm has done so far. */
interface Done {
  readonly title: string;
  readonly attempts: number;
  readonly failed: number;
  readonly of: number;
  readonly ready: boolean;
}

interface ProbeProgress {
  show(arms: readonly Done[]): void;
  clear(): void;
}

/** Milliseconds between two drawings. */
const every = 100;

/** One line that is rewritten while probes run; on anything but a terminal, nothing. */
export function probeProgress(stream: WriteStream): ProbeProgress {
  if (!stream.isTTY) return { show: () => undefined, clear: () => undefined };
  let drawnAt = -Infinity;
  const clear = (): void => {
    cursorTo(stream, 0);
    clearLine(stream, 0);
  };
  return {
    clear,
    show(arms) {
      const now = performance.now();
      if (now - drawnAt < every) return;
      drawnAt = now;
      clear();
      const line = arms.map((arm) => (arms.length === 1 ? sayDone(arm) : `${arm.title}: ${sayDone(arm)}`));
      stream.write(line.join('; ').slice(0, stream.columns - 1));
    },
  };
}

function sayDone({ attempts, failed, of, ready }: Done): string {
  if (!ready) return 'starting';
  const share = attempts > of || of === 1 ? `${attempts} attempts` : `${attempts} of ${of}`;
  return `${share}, ${failed} failed`;
}
