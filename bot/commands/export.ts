import type { Bot } from '../bot.ts';
import { exportIncident } from '../export.ts';
import type { Message } from '../views/message.ts';
import { exportedMessage, sentence } from '../views/replies.ts';

interface Wish {
  /** Without one, the newest investigation of this channel that has ended. */
  readonly id: string | undefined;
  readonly channel: string;
}

/** Puts the post-incident text of an investigation into its thread, and answers when it is there, or why it is not. */
export async function tellExport(bot: Bot, { id, channel }: Wish): Promise<Message> {
  try {
    const wanted = id ?? (await newestIn(bot, channel));
    if (wanted === undefined)
      return sentence('No investigation has ended in this channel. /netcheck status lists all.');
    return exportedMessage(await exportIncident(bot, wanted));
  } catch (error) {
    bot.logger.error({ err: error }, 'an export failed');
    return sentence('netcheck cannot reach its Redis right now. Try again in a minute.');
  }
}

async function newestIn({ records }: Bot, channel: string): Promise<string | undefined> {
  for (const id of await records.recent(50)) {
    const asked = await records.asked(id);
    if (asked?.where.channel !== channel) continue;
    if ((await records.investigation(id))?.progress.phase === 'ended') return id;
  }
  return undefined;
}
