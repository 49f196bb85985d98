import { setTimeout as sleep } from 'node:timers/promises';
import type { Queue } from 'bullmq';
import * as z from 'zod';
import { keys, queueNames, retentionSeconds } from '../../core/jobs.ts';
import { Investigation } from '../../core/progress.ts';
import type { Report } from '../../core/report.ts';
import { Documents } from '../../platform/documents.ts';
import { openQueue } from '../../platform/queues.ts';
import { connectRedis } from '../../platform/redis.ts';
import type { Message } from '../slack/model.ts';
import type { Demo } from './start-demo.ts';

/** Where a command can be typed and its investigation found. */
type Stage = Pick<Demo, 'slack' | 'redisUrl' | 'clusterName'>;

/** Probes may take five minutes in all. */
const patienceMs = 360_000;
const betweenLooksMs = 50;

export interface Played {
  readonly report: Report;
  /** The root message and its thread, oldest first. */
  readonly thread: readonly Message[];
  /** Milliseconds from typing until Slack had its acknowledgement. */
  readonly ackMs: number;
  /** Milliseconds from typing until anything of it was to be seen. */
  readonly firstMessageMs: number;
  /** Milliseconds from typing until the conclusion was to be seen. */
  readonly conclusionMs: number;
}

/** Types a command as a person would and waits until its thread is complete. */
export async function play(
  demo: Stage,
  command: string,
  channel = 'C0OPS',
  user = 'U0ALICE',
): Promise<Played> {
  const [name = '', ...words] = command.split(' ');
  const typedAt = Date.now();
  const seen = new Set(demo.slack.control.messages(channel).map(({ ts }) => ts));
  const outcome = await demo.slack.control.command({ user, channel, command: name, text: words.join(' ') });
  if (!outcome.ok) throw new Error(`${command}: ${outcome.error ?? 'refused'}`);

  const root = await until(`a message in the channel after ${command}`, () =>
    Promise.resolve(
      demo.slack.control.messages(channel).find((one) => !seen.has(one.ts) && rootId(one) !== undefined),
    ),
  );
  const id = rootId(root) ?? '';
  await threadComplete(demo, id);
  const report = await reportOf(demo, id);
  const thread = demo.slack.control
    .messages(channel)
    .filter(({ ts, thread_ts: of }) => ts === root.ts || of === root.ts);
  const conclusion = thread.find((one) => partOf(one)?.role.startsWith('conclusion') === true);
  return {
    report,
    thread,
    ackMs: outcome.ack_ms,
    firstMessageMs: postedAt(root) - typedAt,
    conclusionMs: postedAt(conclusion ?? root) - typedAt,
  };
}

/** A message's ts is when Slack took it, in seconds. */
function postedAt({ ts }: Message): number {
  return Number(ts) * 1000;
}

const Metadata = z.object({ event_payload: z.object({ id: z.string(), role: z.string() }) });

/** Which investigation a message of the bot belongs to, and as what. */
function partOf({ metadata }: Message): { id: string; role: string } | undefined {
  return Metadata.safeParse(metadata).data?.event_payload;
}

function rootId(message: Message): string | undefined {
  const part = partOf(message);
  return part?.role === 'root' ? part.id : undefined;
}

/** The bot's job on a thread ends when its last message is posted. */
async function threadComplete(demo: Stage, id: string): Promise<void> {
  const follow: Queue = openQueue(queueNames.follow, demo.redisUrl);
  try {
    await until(`the end of thread ${id}`, async () => {
      const job = (await follow.getJob(id)) as
        { getState(): Promise<string>; failedReason?: string } | undefined;
      const state = await job?.getState();
      if (state === 'failed') throw new Error(`the thread of ${id} failed: ${job?.failedReason ?? ''}`);
      return state === 'completed' ? true : undefined;
    });
  } finally {
    await follow.close();
  }
}

async function reportOf(demo: Stage, id: string): Promise<Report> {
  const redis = connectRedis(demo.redisUrl);
  try {
    const stored = await new Documents(redis, retentionSeconds).read(
      keys.investigation(demo.clusterName, id),
    );
    const { progress } = Investigation.parse(stored?.value);
    if (progress.phase !== 'ended') throw new Error(`investigation ${id} ended as ${progress.phase}`);
    return progress.report;
  } finally {
    redis.disconnect();
  }
}

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + patienceMs;
  while (Date.now() < deadline) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await sleep(betweenLooksMs);
  }
  throw new Error(`waited ${patienceMs / 1000} s in vain for ${what}`);
}
