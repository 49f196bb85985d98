import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { ProbeLine } from '../core/probe-task.ts';

/** Milliseconds that lines are gathered: a write to a full pipe would hold up the clock of every attempt under way. */
const gatherFor = 100;

/** Writes lines in few, large pieces. */
export class Output {
  readonly #stream: Writable;
  #waiting: string[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  write(line: ProbeLine): void {
    this.#waiting.push(`${JSON.stringify(line)}\n`);
    this.#timer ??= setTimeout(() => this.#flush(), gatherFor);
  }

  /** Until all of it is on its way. */
  async end(): Promise<void> {
    if (!this.#flush()) await once(this.#stream, 'drain');
  }

  #flush(): boolean {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const lines = this.#waiting.splice(0);
    return lines.length === 0 || this.#stream.write(lines.join(''));
  }
}
