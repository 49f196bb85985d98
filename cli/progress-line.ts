import { clearLine, cursorTo } from 'node:readline';
import type { WriteStream } from 'node:tty';
import type { Investigation } from '../core/progress.ts';

export interface LiveProgress {
  show(investigation: Investigation): void;
  clear(): void;
}

/** One line that is rewritten as evidence comes in; on anything but a terminal, nothing until the end. */
export function liveProgress(stream: WriteStream): LiveProgress {
  if (!stream.isTTY) return { show: () => undefined, clear: () => undefined };
  const clear = (): void => {
    cursorTo(stream, 0);
    clearLine(stream, 0);
  };
  return {
    clear,
    show({ progress }) {
      if (progress.phase !== 'gathering') return;
      const { evidence, hypotheses } = progress.report;
      const ruledOut = hypotheses.filter(({ status }) => status === 'eliminated').length;
      clear();
      const probing =
        progress.probing === undefined ? '' : `, probing (${Math.ceil(progress.probing.seconds)} s)`;
      stream.write(
        `${evidence.length} of ${progress.total} looked at, ${ruledOut} of ${hypotheses.length} ruled out${probing}`,
      );
    },
  };
}
