import type { AllMiddlewareArgs, BlockAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import type { FollowJob } from '../../core/jobs.ts';
import { refusalOf, type Remediation } from '../../core/remediation-state.ts';
import { followOptions, inTime } from '../begin.ts';
import type { Bot } from '../bot.ts';
import { proposalMessage, refusalText } from '../views/proposal.ts';
import { clickOf, whisper, type Click } from './click.ts';

type Decision = 'approve' | 'dismiss';

/** A click on Approve or Dismiss: decided by what is stored, never by what the button says. */
export function decideOn(bot: Bot, decision: Decision) {
  return async ({ ack, body, action }: SlackActionMiddlewareArgs<BlockAction> & AllMiddlewareArgs) => {
    await ack();
    const click = clickOf(body, action);
    if (click === undefined) return;
    try {
      const refused = await inTime(decide(bot, decision, click));
      if (refused !== undefined) whisper(bot, click, refused);
    } catch (error) {
      bot.logger.error({ err: error, decision }, 'a decision could not be stored');
      whisper(bot, click, 'netcheck cannot reach its Redis right now, so nothing was decided. Click again.');
    }
  };
}

/** Why the click did not count, if it did not. */
async function decide(bot: Bot, decision: Decision, click: Click): Promise<string | undefined> {
  const { records, approval: policy } = bot;
  const remediation = await records.remediation(click.value);
  if (remediation === undefined) {
    return 'netcheck does not know this proposal any more. Run /netcheck again for a fresh one.';
  }
  const by = click.person;
  const refusal = refusalOf(remediation, { action: decision, by, now: Date.now() }, policy);
  if (refusal !== undefined) {
    // An approval that a crash kept from being carried out is carried out now; jobs of one id exist once.
    if (refusal === 'already-approved') await follow(bot, remediation);
    return refusalText(refusal, remediation);
  }
  const decided: Remediation = {
    ...remediation,
    state: decision === 'approve' ? { step: 'approved', by } : { step: 'dismissed', by },
  };
  if (!(await records.advance(decided))) {
    const now = (await records.remediation(click.value)) ?? remediation;
    const late = refusalOf(now, { action: decision, by, now: Date.now() }, policy) ?? 'already-done';
    return refusalText(late, now);
  }
  bot.logger.info({ proposal: click.value, decision, by: by.id }, 'proposal decided');
  removeButtons(bot, click, decided);
  if (decision === 'approve') await follow(bot, decided);
  return undefined;
}

async function follow(bot: Bot, { proposal, investigation }: Remediation): Promise<void> {
  const job: FollowJob = { kind: 'remediation', cluster: bot.cluster, proposal: proposal.id, investigation };
  await bot.follow.add('remediation', job, { jobId: proposal.id, ...followOptions });
}

/** At once, so that nobody clicks what counts no more. The follower edits the same message later. */
function removeButtons(bot: Bot, { place }: Click, decided: Remediation): void {
  const approval = { at: Date.now(), silent: false, cluster: bot.cluster };
  const { text, blocks } = proposalMessage(decided, bot.approval, approval);
  bot.background.run('remove the buttons', () =>
    bot.slack.chat.update({ ...place, text, blocks: [...blocks], parse: 'none', link_names: false }),
  );
}
