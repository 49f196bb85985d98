import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import type { BotEnvironment } from '../core/config.ts';
import {
  groupsOf,
  mayApprove,
  parsePolicy,
  policyWithoutRules,
  type Approvable,
  type ApprovalPolicy,
} from '../core/remediation/policy.ts';
import type { Person } from '../core/remediation/state.ts';
import type { Logger } from '../platform/logger.ts';
import { failureOf } from './slack/failure.ts';

/** A policy that cannot be used, in lines for whoever starts the process. */
export class ApprovalPolicyError extends Error {
  override readonly name = 'ApprovalPolicyError';
}

/** The policy that the environment names, by its file or in short. */
export async function openApprovalPolicy({
  NETCHECK_APPROVAL: short = 'not-requester',
  NETCHECK_APPROVAL_POLICY: file,
}: Pick<BotEnvironment, 'NETCHECK_APPROVAL' | 'NETCHECK_APPROVAL_POLICY'>): Promise<ApprovalPolicy> {
  if (file === undefined) return policyWithoutRules(short === 'anyone');
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new ApprovalPolicyError(`NETCHECK_APPROVAL_POLICY: cannot read ${file}: ${why}`, { cause: error });
  });
  const parsed = parsePolicy(file, text);
  if ('problems' in parsed) throw new ApprovalPolicyError(parsed.problems.join('\n'));
  return parsed.policy;
}

/** How long what Slack said about a group is taken for true, in milliseconds. */
const freshMs = 60_000;

/** How long a person who clicked waits for Slack to say who is in a group, in milliseconds: Redis is yet to be asked. */
const patienceMs = 1500;

interface Asked {
  /** Unix milliseconds. */
  readonly at: number;
  /** Undefined where Slack cannot say. */
  readonly members: Promise<ReadonlySet<string> | undefined>;
}

interface Tools {
  readonly policy: ApprovalPolicy;
  readonly slack: WebClient;
  readonly logger: Logger;
  /** Unix milliseconds. */
  readonly now?: () => number;
}

/** Who may approve what, by the policy and by the user groups of Slack. */
export class Approvers {
  readonly #policy: ApprovalPolicy;
  readonly #slack: WebClient;
  readonly #logger: Logger;
  readonly #now: () => number;
  readonly #asked = new Map<string, Asked>();

  constructor({ policy, slack, logger, now = Date.now }: Tools) {
    this.#policy = policy;
    this.#slack = slack;
    this.#logger = logger;
    this.#now = now;
  }

  /**
   * Why a person may not approve, if they may not; answers in less than two seconds. Where Slack cannot say whether they
   * are in a group that may, they may not: `cannot-tell`.
   */
  async check(
    { id }: Person,
    what: Omit<Approvable, 'channel'>,
    channel: string,
  ): Promise<undefined | 'not-allowed' | 'own-request' | 'cannot-tell'> {
    const approvable = { ...what, channel };
    const decide = (groups: readonly string[]) =>
      mayApprove(this.#policy, { id, groups: new Set(groups) }, approvable);
    const byName = decide([]);
    if (byName !== 'not-allowed') return byName;
    const groups = groupsOf(this.#policy, approvable);
    const members = await Promise.all(groups.map((group) => this.#inTime(group)));
    const theirs = groups.filter((_, index) => members[index]?.has(id));
    const byGroup = decide(theirs);
    return byGroup === 'not-allowed' && members.includes(undefined) ? 'cannot-tell' : byGroup;
  }

  async #inTime(group: string): Promise<ReadonlySet<string> | undefined> {
    const over = new AbortController();
    const late = pause(patienceMs, undefined, { signal: over.signal }).catch(() => undefined);
    const members = await Promise.race([this.#membersOf(group), late]);
    over.abort();
    return members;
  }

  /** Asks once for all who want to know at the same time, and keeps what it learns; a failure is not kept. */
  #membersOf(group: string): Promise<ReadonlySet<string> | undefined> {
    const known = this.#asked.get(group);
    if (known !== undefined && this.#now() - known.at < freshMs) return known.members;
    const asked: Asked = { at: this.#now(), members: this.#ask(group) };
    this.#asked.set(group, asked);
    const forget = (): void => {
      if (this.#asked.get(group) === asked) this.#asked.delete(group);
    };
    asked.members.then((members) => members ?? forget(), forget);
    return asked.members;
  }

  async #ask(group: string): Promise<ReadonlySet<string> | undefined> {
    try {
      const { users = [] } = await this.#slack.usergroups.users.list({ usergroup: group });
      return new Set(users);
    } catch (error) {
      this.#logger.warn({ group, failure: failureOf(error) }, 'Slack does not say who is in a user group');
      return undefined;
    }
  }
}
