import type { Bot } from '../bot.ts';
import type { Message } from '../views/message.ts';
import { mutedMessage, unmutedMessage } from '../views/muted.ts';

/** Keeps netcheck from starting by itself in a channel, for so many seconds or until it is unmuted. The last word counts. */
export async function muteChannel({ records }: Bot, channel: string, seconds?: number): Promise<Message> {
  await records.mute(channel, seconds);
  return mutedMessage(seconds, Date.now());
}

export async function unmuteChannel({ records }: Bot, channel: string): Promise<Message> {
  return unmutedMessage(await records.unmute(channel));
}
