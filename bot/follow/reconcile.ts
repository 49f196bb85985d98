import * as z from 'zod';
import type { WebClient } from '@slack/web-api';
import type { MessageMetadata } from '@slack/types';
import { isBundleName } from '../../core/bundle.ts';
import type { Thread } from '../../core/jobs.ts';
import type { MessagePlace } from '../records.ts';
import { failureOf } from '../slack/failure.ts';

/** Written on every message of a report, so that one whose place was never written down can be found again. */
const eventType = 'netcheck_investigation';

export function metadataOf(id: string, role: string): MessageMetadata {
  return { event_type: eventType, event_payload: { id, role } };
}

/** Files carry no metadata; their names say what they are. */
export function fileName(id: string, role: string, extension: 'png' | 'md'): string {
  return `netcheck-${id}-${role}.${extension}`;
}

const Marked = z.object({
  ts: z.string(),
  metadata: z
    .object({
      event_type: z.literal(eventType),
      event_payload: z.object({ id: z.string(), role: z.string() }),
    })
    .optional()
    .catch(undefined),
  files: z.array(z.object({ name: z.string().catch('') })).catch([]),
});

/** Slack's clock and ours need not agree; a message a minute older than the request is still looked at. */
const slackMs = 60_000;

export interface Searched {
  readonly id: string;
  readonly where: Thread;
  /** Unix milliseconds; nothing of this report is older. */
  readonly since: number;
  readonly slack: WebClient;
}

/** The messages of a report that Slack has, by role: in its thread, or as long as there is none the root. */
export async function findPosted(
  { slack, id, where, since }: Searched,
  root: MessagePlace | undefined,
): Promise<ReadonlyMap<string, MessagePlace>> {
  const { channel } = where;
  const thread = where.thread ?? root?.ts;
  // A thread that people began may be long.
  const oldest = String((since - slackMs) / 1000);
  const all = { channel, limit: 200, include_all_metadata: true, oldest } as const;
  try {
    const { messages } =
      thread === undefined
        ? await slack.conversations.history(all)
        : await slack.conversations.replies({ ...all, ts: thread });
    return new Map((messages ?? []).flatMap((message) => rolesIn(message, id, channel)));
  } catch (error) {
    // Where nothing can be read nothing of ours can have been written.
    if (failureOf(error).kind === 'refused') return new Map();
    throw error;
  }
}

function rolesIn(message: unknown, id: string, channel: string): [string, MessagePlace][] {
  const marked = Marked.safeParse(message);
  if (!marked.success) return [];
  const { ts, metadata, files } = marked.data;
  const named = new RegExp(`^netcheck-${id}-(.+)\\.(?:png|md)$`);
  const roles = files.flatMap(({ name }) =>
    isBundleName(name, id) ? 'bundle' : (named.exec(name)?.[1] ?? []),
  );
  if (metadata?.event_payload.id === id) roles.push(metadata.event_payload.role);
  return roles.map((role) => [role, { channel, ts }]);
}
