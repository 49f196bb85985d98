import type { WebClient } from '@slack/web-api';
import type { ApprovalPolicy } from '../../core/remediation/policy.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Approvers } from '../approvers.ts';
import type { Records } from '../records.ts';
import type { EditBudget } from '../slack/edit-budget.ts';
import type { PostTurns } from '../slack/post-turns.ts';

/** What a follow job works with. */
export interface FollowTools {
  readonly records: Records;
  readonly slack: WebClient;
  readonly budget: EditBudget;
  readonly turns: PostTurns;
  readonly approval: ApprovalPolicy;
  readonly approvers: Approvers;
  /** Whether changes may be made at all; where not, people are told how to make them by hand. */
  readonly remediation: 'on' | 'off';
  readonly logger: Logger;
  /** Aborted when this process is to let go of the job. */
  readonly signal: AbortSignal;
  /** True if an earlier attempt may have posted something. */
  readonly isRepeated: boolean;
  /** When the job was added, in unix milliseconds. */
  readonly startedAt: number;
}

/** Between two looks at what workers have written, in milliseconds. */
export const pollMs = 150;

/** There is nothing to do for this job now, so it need not keep others from their turn; it comes again in `ms`. */
export class Later extends Error {
  override readonly name = 'Later';
  readonly ms: number;

  constructor(ms: number) {
    super('its time is yet to come');
    this.ms = ms;
  }
}
