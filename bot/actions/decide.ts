import type { AllMiddlewareArgs, BlockAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import type { RemediationEvent } from '../../core/remediation/advance.ts';
import { approversNeeded } from '../../core/remediation/policy.ts';
import type { Remediation } from '../../core/remediation/state.ts';
import { inTime } from '../begin.ts';
import type { Approvers } from '../approvers.ts';
import type { Bot } from '../bot.ts';
import { followChange } from '../follow/follow-change.ts';
import { proposalRole } from '../records.ts';
import { readClickValue } from '../views/click-value.ts';
import { proposalMessage } from '../views/proposal.ts';
import { refusalText } from '../views/proposal-status.ts';
import { approvableOf, surroundingsOf } from '../proposal-surroundings.ts';
import { clickOf, whisper, type Click } from './click.ts';

export type Decision = 'approve' | 'approve-with-undo' | 'dismiss' | 'undo';

/** A click on a button of a proposal: decided by what is stored, never by what the button says. */
export function decideOn(bot: Bot, decision: Decision) {
  return async ({ ack, body, action }: SlackActionMiddlewareArgs<BlockAction> & AllMiddlewareArgs) => {
    await ack();
    const click = clickOf(body, action);
    if (click === undefined) return;
    const late = new AbortController();
    try {
      const refused = await inTime(decide(bot, decision, click, late.signal));
      if (refused !== undefined) whisper(bot, click, refused);
    } catch (error) {
      late.abort();
      bot.logger.error({ err: error, decision }, 'a decision could not be stored');
      whisper(bot, click, uncertain);
    }
  };
}

/** What was under way when time was over may have been done. */
const uncertain =
  'netcheck cannot reach its Redis in time, so it is not certain whether that counted. Look at the message, and click again.';

/** Why the click did not count, if it did not. Once it is `late` nothing more is decided. */
async function decide(
  bot: Bot,
  decision: Decision,
  click: Click,
  late: AbortSignal,
): Promise<string | undefined> {
  const { remediations } = bot.records;
  const { proposal, basis } = readClickValue(click.value);
  const stored = await remediations.read(proposal);
  if (stored === undefined) return refusalText('unknown', undefined);
  if (bot.remediation === 'off' && decision.startsWith('approve'))
    return 'Changes are switched off (NETCHECK_REMEDIATION=off), so nothing was decided.';
  const barred = decision === 'dismiss' ? undefined : await barredFrom(bot, click, stored);
  // Whoever asked may not approve what follows from it; taking it back is another matter.
  if (barred !== undefined && !(decision === 'undo' && barred === 'own-request'))
    return refusalText(barred, stored);
  if (late.aborted) return uncertain;
  const taken = await remediations.take(proposal, eventOf(bot, decision, click, stored, basis));
  if ('refused' in taken) {
    if (taken.now !== undefined) await remediations.tellAgain(taken.now);
    const isOutdated = taken.refused === 'preview-changed';
    if (taken.now !== undefined && (isOutdated || isWanted(decision, taken.now)))
      await goOn(bot, click, taken.now);
    return refusalText(taken.refused, taken.now);
  }
  bot.logger.info({ proposal, decision, by: click.person.id }, 'proposal decided');
  await goOn(bot, click, taken.next);
  return undefined;
}

function barredFrom(bot: Bot, { person, place }: Click, stored: Remediation): ReturnType<Approvers['check']> {
  return bot.approvers.check(person, approvableOf(stored, place.channel), place.channel);
}

function eventOf(
  bot: Bot,
  decision: Decision,
  { person: by, place }: Click,
  stored: Remediation,
  basis: string,
): RemediationEvent {
  switch (decision) {
    case 'dismiss':
      return { kind: 'dismiss', by };
    case 'undo':
      return { kind: 'undo', by };
    case 'approve':
    case 'approve-with-undo': {
      const needed = approversNeeded(bot.approval, approvableOf(stored, place.channel));
      return { kind: 'approve', by, basis, needed, undoUnlessBetter: decision === 'approve-with-undo' };
    }
  }
}

/** An approval that a crash cut off goes on with another approval in time, and with nothing else; so does an undo. */
function isWanted(decision: Decision, { state: { step }, expiresAt }: Remediation): boolean {
  if (step === 'approved' || step === 'applying')
    return decision.startsWith('approve') && Date.now() <= expiresAt;
  return step === 'undoing' ? decision === 'undo' : step === 'dismissed';
}

/** Makes what a decision entails happen; harmless where it has happened, and due again where a crash cut it off. */
async function goOn(bot: Bot, click: Click, now: Remediation): Promise<void> {
  const { state, proposal, investigation } = now;
  await bot.records.notePosted(investigation, proposalRole(proposal.id), click.place);
  if (state.step === 'approved' || state.step === 'applying' || state.step === 'undoing')
    await followChange(bot.follow, bot.cluster, now);
  else if (state.step === 'proposed' || state.step === 'dismissed') redraw(bot, click, now);
}

/** Nothing follows these, so their message is edited here. What is under way is its follower's to edit. */
function redraw(bot: Bot, { place }: Click, now: Remediation): void {
  const { text, blocks } = proposalMessage(now, surroundingsOf(bot, now, place.channel));
  bot.background.run('redraw a proposal', () =>
    bot.slack.chat.update({ ...place, text, blocks: [...blocks], parse: 'none', link_names: false }),
  );
}
