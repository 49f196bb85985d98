import type { SlashCommand } from '@slack/bolt';
import { inTime } from '../begin.ts';
import type { Bot } from '../bot.ts';
import { failureOf, type SlackFailure } from '../slack/failure.ts';
import { askModal } from '../views/ask-modal.ts';
import type { Message } from '../views/message.ts';
import { helpMessage } from '../views/replies.ts';
import { listPlaybooks } from './playbooks.ts';

/** Milliseconds that opening a form may wait for Redis: Slack takes a form for three seconds after the command only. */
const listWithinMs = 250;

/** A command without words opens a form. Where none opens it answers how to do without. */
export async function askByForm(
  bot: Bot,
  { trigger_id: trigger, channel_id: channel, response_url: responseUrl }: SlashCommand,
): Promise<Message | undefined> {
  const { symptoms } = bot.playbooks.current().library;
  const view = askModal({ cluster: bot.cluster, channel, symptoms, isListed: await isListed(bot) });
  try {
    const opened = await bot.slack.views.open({ trigger_id: trigger, view });
    bot.background.run('remember a form', () => bot.records.noteForm(opened.view?.id ?? '', responseUrl));
    return undefined;
  } catch (error) {
    const why = `The form did not open (${sayFailure(failureOf(error))}), so here is what to type instead.`;
    return helpMessage(listPlaybooks(bot.playbooks).symptoms, why);
  }
}

async function isListed({ records, logger }: Bot): Promise<boolean> {
  try {
    const directory = await inTime(records.directory(), listWithinMs);
    return (directory?.services.length ?? 0) > 0;
  } catch (error) {
    logger.warn({ err: error }, 'the list of Services cannot be read');
    return false;
  }
}

function sayFailure(failure: SlackFailure): string {
  switch (failure.kind) {
    case 'rate-limited':
      return 'Slack is limiting calls';
    case 'refused':
      return failure.code;
    case 'uncertain':
      return 'Slack did not answer';
  }
}
