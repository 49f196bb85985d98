import type { ProbeLine } from '../core/probe-task.ts';

type Reason = Extract<ProbeLine, { type: 'cannot' }>['reason'];

/** Thrown where the prober must not or cannot look at all; the line that says so is its whole output. */
export class Cannot extends Error {
  override readonly name = 'Cannot';
  readonly reason: Reason;

  constructor(reason: Reason, detail: string) {
    super(detail);
    this.reason = reason;
  }
}
