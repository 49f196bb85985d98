import type { AllMiddlewareArgs, BlockAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import * as z from 'zod';
import { inTime } from '../begin.ts';
import type { Bot } from '../bot.ts';
import { explainedModal, readDialog, titles, type Topic } from '../views/explained.ts';
import { notKnown } from '../views/follow-ups.ts';
import { waitingModal } from '../views/pages.ts';
import { clickOf, whisper } from './click.ts';

/** Opens a dialog at once (Slack gives three seconds), and fills it with all that is known. */
export function explain(bot: Bot, topic: Topic) {
  return async ({ ack, body, action }: SlackActionMiddlewareArgs<BlockAction> & AllMiddlewareArgs) => {
    await ack();
    const click = clickOf(body, action);
    if (click === undefined) return;
    bot.background.run('explain', async () => {
      try {
        const { view } = await bot.slack.views.open({
          trigger_id: click.triggerId,
          view: waitingModal(titles[topic]),
        });
        await bot.slack.views.update({
          view_id: view?.id ?? '',
          view: await answer(bot, topic, click.value, 0),
        });
      } catch (error) {
        whisper(bot, click, 'Slack did not show the dialog in time. Click again.');
        throw error;
      }
    });
  };
}

const Turned = z.object({
  view: z.object({ id: z.string(), hash: z.string(), private_metadata: z.string() }),
});
const Chosen = z.object({ selected_option: z.object({ value: z.string() }) });

/** Another page of such a dialog. */
export function turnPage(bot: Bot) {
  return async ({ ack, body, action }: SlackActionMiddlewareArgs<BlockAction> & AllMiddlewareArgs) => {
    await ack();
    const turned = Turned.safeParse(body);
    const chosen = Chosen.safeParse(action);
    if (!turned.success || !chosen.success) return;
    const { id: view_id, hash, private_metadata: about } = turned.data.view;
    const { topic, id } = readDialog(about);
    const view = await answer(bot, topic, id, Number(chosen.data.selected_option.value));
    try {
      await bot.slack.views.update({ view_id, hash, view });
    } catch (error) {
      // A dialog is in no channel, so nobody can be told there; the page that was shown stays.
      bot.logger.warn({ err: error }, 'a page of a dialog could not be turned');
    }
  };
}

async function answer(bot: Bot, topic: Topic, id: string, page: number): Promise<ModalView> {
  try {
    const found = await inTime(bot.records.investigation(id));
    if (found?.progress.phase !== 'ended') return waitingModal(titles[topic], notKnown);
    return explainedModal(topic, found.progress.report, page);
  } catch (error) {
    bot.logger.error({ err: error }, 'a dialog could not be filled');
    return waitingModal(
      titles[topic],
      'netcheck cannot reach its Redis right now. Close this, and click again in a minute.',
    );
  }
}
