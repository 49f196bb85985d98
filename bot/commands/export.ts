import type { Bot } from '../bot.ts';
import { exportIncident, notKnownToExport } from '../export.ts';
import type { Message } from '../views/message.ts';
import { exportedMessage, sentence } from '../views/replies.ts';
import { investigationMeant, noneInThread, type Wish } from './meant.ts';

/** Puts the post-incident text of an investigation into its thread, and answers when it is there, or why it is not. */
export async function tellExport(bot: Bot, wish: Wish): Promise<Message> {
  try {
    const meant = await investigationMeant(bot, wish, (id) => hasEnded(bot, id));
    switch (meant.kind) {
      case 'one':
        return exportedMessage(await exportIncident(bot, meant.id));
      case 'unknown':
        return sentence(notKnownToExport(meant.id));
      case 'none-in-thread':
        return sentence(noneInThread);
      case 'none-in-channel':
        return sentence('No investigation has ended in this channel. /netcheck status lists all.');
    }
  } catch (error) {
    bot.logger.error({ err: error }, 'an export failed');
    return sentence('netcheck cannot reach its Redis right now. Try again in a minute.');
  }
}

async function hasEnded({ records }: Bot, id: string): Promise<boolean> {
  return (await records.investigation(id))?.progress.phase === 'ended';
}
