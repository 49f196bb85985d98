import type { AllMiddlewareArgs, BlockAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import type { FollowJob } from '../../core/jobs.ts';
import { refusalOf, type Remediation } from '../../core/remediation-state.ts';
import { followOptions, inTime } from '../begin.ts';
import type { Bot } from '../bot.ts';
import { proposalRole } from '../records.ts';
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
    // An approval that a crash cut off goes on with another approval in time, and with nothing else.
    const goesOn = decision === 'approve' && Date.now() <= remediation.expiresAt;
    if (goesOn || remediation.state.step === 'dismissed') await repair(bot, click, remediation);
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
  await repair(bot, click, decided);
  return undefined;
}

/** Makes what a decision entails happen; harmless where it has happened, and due again where a crash cut it off. */
async function repair(bot: Bot, click: Click, remediation: Remediation): Promise<void> {
  const { proposal, investigation, state } = remediation;
  if (state.step === 'approved') {
    await bot.records.notePosted(investigation, proposalRole(proposal.id), click.place);
    await follow(bot, remediation);
  } else if (state.step === 'dismissed') {
    removeButtons(bot, click, remediation);
  }
}

async function follow(bot: Bot, { proposal, investigation }: Remediation): Promise<void> {
  const job: FollowJob = { kind: 'remediation', cluster: bot.cluster, proposal: proposal.id, investigation };
  await bot.follow.add('remediation', job, { jobId: proposal.id, ...followOptions });
}

/** Nothing follows a dismissed proposal, so its message is edited here. An approved one is its follower's to edit. */
function removeButtons(bot: Bot, { place }: Click, dismissed: Remediation): void {
  const { text, blocks } = proposalMessage(dismissed, bot.approval);
  bot.background.run('remove the buttons', () =>
    bot.slack.chat.update({ ...place, text, blocks: [...blocks], parse: 'none', link_names: false }),
  );
}
