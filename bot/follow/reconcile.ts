import * as z from 'zod';
import type { MessageMetadata } from '@slack/types';
import type { MessagePlace } from '../records.ts';
import { failureOf } from '../slack/failure.ts';
import type { ThreadContext } from './thread.ts';

/** Written on every message of a report, so that one whose place was never written down can be found again. */
const eventType = 'netcheck_investigation';

export function metadataOf(id: string, role: string): MessageMetadata {
  return { event_type: eventType, event_payload: { id, role } };
}

const Marked = z.object({
  ts: z.string(),
  metadata: z.object({
    event_type: z.literal(eventType),
    event_payload: z.object({ id: z.string(), role: z.string() }),
  }),
});

/** Slack's clock and ours need not agree; a message a minute older than the request is still looked at. */
const slackMs = 60_000;

/** The messages of a report that Slack has, by role. */
export async function findPosted(
  { slack, id, where, since }: Pick<ThreadContext, 'slack' | 'id' | 'where' | 'since'>,
  root: MessagePlace | undefined,
): Promise<ReadonlyMap<string, MessagePlace>> {
  const { channel } = where;
  const thread = where.thread ?? root?.ts;
  const all = { channel, limit: 200, include_all_metadata: true } as const;
  try {
    const { messages } =
      thread === undefined
        ? await slack.conversations.history({ ...all, oldest: String((since - slackMs) / 1000) })
        : await slack.conversations.replies({ ...all, ts: thread });
    return new Map(
      (messages ?? []).flatMap((message) => {
        const marked = Marked.safeParse(message);
        if (!marked.success || marked.data.metadata.event_payload.id !== id) return [];
        return [[marked.data.metadata.event_payload.role, { channel, ts: marked.data.ts }]];
      }),
    );
  } catch (error) {
    // Where nothing can be read nothing of ours can have been written.
    if (failureOf(error).kind === 'refused') return new Map();
    throw error;
  }
}
