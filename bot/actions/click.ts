import type { BlockAction } from '@slack/bolt';
import * as z from 'zod';
import type { Person } from '../../core/remediation/state.ts';
import type { Bot } from '../bot.ts';
import type { MessagePlace } from '../records.ts';
import { sentence } from '../views/replies.ts';

/** Who clicked on what, where. */
export interface Click {
  readonly value: string;
  readonly person: Person;
  readonly place: MessagePlace;
  readonly thread: string | undefined;
  readonly triggerId: string;
}

const Payload = z.object({
  trigger_id: z.string(),
  user: z.object({ id: z.string(), name: z.string().optional(), username: z.string().optional() }),
  channel: z.object({ id: z.string() }),
  message: z.object({ ts: z.string(), thread_ts: z.string().optional() }),
});

/** A button has its value itself, a list in the option that was picked. */
const Chosen = z.union([
  z.object({ value: z.string() }).transform(({ value }) => value),
  z
    .object({ selected_option: z.object({ value: z.string() }) })
    .transform(({ selected_option: option }) => option.value),
]);

/** Undefined for what is no click of ours. */
export function clickOf(body: BlockAction, action: unknown): Click | undefined {
  const payload = Payload.safeParse(body);
  const value = Chosen.safeParse(action);
  if (!payload.success || !value.success) return undefined;
  const { user, channel, message, trigger_id: triggerId } = payload.data;
  return {
    value: value.data,
    person: { id: user.id, name: user.name ?? user.username ?? 'somebody' },
    place: { channel: channel.id, ts: message.ts },
    thread: message.thread_ts,
    triggerId,
  };
}

/** Answers the person who clicked, and nobody else. No click stays without an answer. */
export function whisper(bot: Bot, { person, place, thread }: Click, text: string): void {
  const message = sentence(text);
  bot.background.run('answer a click', () =>
    bot.slack.chat.postEphemeral({
      channel: place.channel,
      user: person.id,
      ...(thread !== undefined && { thread_ts: thread }),
      text: message.text,
      blocks: [...message.blocks],
    }),
  );
}
