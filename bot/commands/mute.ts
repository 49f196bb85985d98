import { callOffWaiting } from '../alerts/call-off-waiting.ts';
import type { Bot } from '../bot.ts';
import type { Message } from '../views/message.ts';
import { mutedMessage, unmutedMessage } from '../views/muted.ts';

/**
 * Keeps netcheck from starting by itself in a channel, for so many seconds or until it is unmuted, what waits its turn there
 * included. The last word counts.
 */
export async function muteChannel(bot: Bot, channel: string, seconds?: number): Promise<Message> {
  await bot.records.mute(channel, seconds);
  return mutedMessage({ seconds, calledOff: await callOffWaiting(bot, channel), now: Date.now() });
}

export async function unmuteChannel({ records }: Bot, channel: string): Promise<Message> {
  return unmutedMessage(await records.unmute(channel));
}
