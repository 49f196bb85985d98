import type { ProbeSummary } from '../../core/probe-task.ts';
import { readOutput, type ArmResult } from '../../workers/probes/output.ts';

/** What a prober has printed so far. */
export class Heard {
  text = '';
  attempts = 0;
  failed = 0;
  ready = false;
  #rest = '';
  readonly #changed: () => void;

  /** `changed` is called after each piece. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** What comes now is a log from its beginning. */
  restart(): void {
    Object.assign(this, { text: '', attempts: 0, failed: 0 });
    this.#rest = '';
  }

  take(piece: string): void {
    this.text += piece;
    const lines = (this.#rest + piece).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      this.ready = true;
      if (!line.startsWith('{"type":"attempt"')) continue;
      this.attempts += 1;
      // Inside a string its quotes would be escaped.
      if (line.includes('"ok":false')) this.failed += 1;
    }
    this.#changed();
  }

  /** What there is of a prober that did not come to its end; undefined if that is nothing. */
  partial(note: string): ArmResult | undefined {
    const { attempts, failed } = this;
    if (attempts === 0) return undefined;
    const summary: ProbeSummary = {
      type: 'summary',
      attempts,
      failed,
      ended: 'stopped',
      notes: [note],
      facts: {},
    };
    return readOutput(
      `${this.text.slice(0, this.text.length - this.#rest.length)}${JSON.stringify(summary)}\n`,
    );
  }
}
