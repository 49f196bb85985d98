import type { AllMiddlewareArgs, BlockAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import type { RemediateJob } from '../../core/jobs.ts';
import { Preview } from '../../core/remediation/state.ts';
import { inTime } from '../begin.ts';
import type { Bot } from '../bot.ts';
import { surroundingsOf } from '../proposal-surroundings.ts';
import { readClickValue } from '../views/click-value.ts';
import { previewModal, type PreviewState } from '../views/preview.ts';
import { proposalMessage } from '../views/proposal.ts';
import { clickOf, type Click } from './click.ts';

/** Milliseconds that a person looks at "asking the cluster". */
const patienceMs = 10_000;

/** Opens a dialog at once (Slack gives three seconds), and fills it with what a dry run says. */
export function previewProposal(bot: Bot) {
  return async ({ ack, body, action }: SlackActionMiddlewareArgs<BlockAction> & AllMiddlewareArgs) => {
    await ack();
    const click = clickOf(body, action);
    if (click === undefined) return;
    bot.background.run('preview', async () => {
      const { view } = await bot.slack.views.open({
        trigger_id: click.triggerId,
        view: previewModal({ kind: 'loading' }),
      });
      const { proposal } = readClickValue(click.value);
      const state = await preview(bot, proposal);
      // The message shows what an approval would be of, also to whoever has closed the dialog.
      await redraw(bot, proposal, click);
      await bot.slack.views.update({ view_id: view?.id ?? '', view: previewModal(state) });
    });
  };
}

async function preview(bot: Bot, proposal: string): Promise<PreviewState> {
  const data: RemediateJob = { proposal };
  try {
    if ((await inTime(bot.records.remediations.read(proposal))) === undefined) return { kind: 'unknown' };
    const job = await inTime(bot.remediate.add('preview', data, { removeOnComplete: true }));
    const answer: unknown = await job.waitUntilFinished(bot.remediateEvents, patienceMs);
    return { kind: 'answered', preview: Preview.parse(answer) };
  } catch (error) {
    bot.logger.warn({ err: error, proposal }, 'no preview');
    return { kind: 'no-answer', cluster: bot.cluster };
  }
}

/** The message shows the dry run that an approval would be of. */
async function redraw(bot: Bot, proposal: string, { place }: Click): Promise<void> {
  const now = await bot.records.remediations.read(proposal);
  if (now?.state.step !== 'proposed') return;
  const { text, blocks } = proposalMessage(now, surroundingsOf(bot, now, place.channel));
  await bot.slack.chat.update({ ...place, text, blocks: [...blocks], parse: 'none', link_names: false });
}
