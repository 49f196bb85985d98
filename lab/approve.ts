import * as z from 'zod';
import { keys, retentionSeconds } from '../core/jobs.ts';
import type { Proposal } from '../core/remediation/proposal.ts';
import { sayProposalStatus } from '../core/remediation/say-status.ts';
import { isSettled, Remediation } from '../core/remediation/state.ts';
import { Documents } from '../platform/documents.ts';
import { connectRedis } from '../platform/redis.ts';
import type { Message } from '../sim/slack/model.ts';
import type { RunningLab } from './start-lab.ts';

const channel = 'C0OPS';
/** Somebody who did not ask. */
const approver = 'U0BOB';
/** Milliseconds until what a change would do stands in the thread. */
const previewMs = 20_000;
/** Seconds until pods are replaced and the probes were made again. */
const changeSeconds = 240;
/** Seconds until its message is edited. */
const shownSeconds = 20;

/** What came of a change. */
export interface Fix {
  readonly remediation: Remediation;
  /** What its message in the thread says then. */
  readonly said: string;
}

/** Approves a proposal in its thread, as a person would, and waits for what comes of it. */
export async function approve(lab: RunningLab, { id }: Proposal): Promise<Fix> {
  const { control } = lab.slack;
  const offered = (): Click | undefined =>
    control
      .messages(channel)
      .flatMap(approvalsIn)
      .find(({ value }) => value.startsWith(id));
  const click = await control.until(offered, previewMs).catch((cause: unknown) => {
    throw new Error('No change was there to be approved: its preview failed, or shows none', { cause });
  });
  const { ok, error = '' } = await control.action({ user: approver, channel, ...click });
  if (!ok) throw new Error(`The approval was refused: ${error}`);

  const redis = connectRedis(lab.redisUrl);
  try {
    const documents = new Documents(redis, retentionSeconds);
    const read = async (): Promise<Remediation> =>
      Remediation.parse((await documents.read(keys.remediation(lab.clusterName, id)))?.value);
    await lab.until('what comes of the change', async () => isSettled(await read()), changeSeconds);
    const remediation = await read();
    const shown = (): string | undefined =>
      control.messages(channel).find(({ ts }) => ts === click.message_ts)?.text;
    const status =
      sayProposalStatus(remediation, { silent: false, cluster: lab.clusterName })?.replace(/\.$/, '') ?? '';
    // Longer ones are cut.
    const isShown = (): boolean => shown()?.startsWith(status.slice(0, 60)) === true;
    await lab.until('what came of the change in its thread', isShown, shownSeconds);
    return { remediation, said: shown() ?? '' };
  } finally {
    redis.disconnect();
  }
}

const Buttons = z.object({
  type: z.literal('actions'),
  block_id: z.string(),
  elements: z.array(z.object({ action_id: z.string(), value: z.string() })),
});

/** A button as a click on it names it. */
interface Click {
  readonly message_ts: string;
  readonly block_id: string;
  readonly action_id: string;
  readonly value: string;
}

function approvalsIn({ ts, blocks = [] }: Message): Click[] {
  return blocks.flatMap((block) => {
    const { success, data } = Buttons.safeParse(block);
    if (!success) return [];
    return data.elements
      .filter(({ action_id: action }) => action === 'approve_proposal')
      .map(({ action_id, value }) => ({ message_ts: ts, block_id: data.block_id, action_id, value }));
  });
}
