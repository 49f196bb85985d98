import type { App } from '@slack/bolt';
import { chooseService } from './actions/choose-service.ts';
import { decideOn } from './actions/decide.ts';
import { explain, turnPage } from './actions/explain.ts';
import { lookAgain } from './actions/look-again.ts';
import { previewProposal } from './actions/preview-proposal.ts';
import { submitAsk } from './actions/submit-ask.ts';
import { watchByClick } from './actions/watch.ts';
import type { Bot } from './bot.ts';
import { netcheckCommand } from './commands/netcheck.ts';
import { appMention } from './events/app-mention.ts';
import { refreshHome } from './actions/refresh-home.ts';
import { appHomeOpened } from './events/app-home-opened.ts';
import { channelArchived } from './events/channel-archived.ts';
import { channelNamed } from './events/channel-named.ts';
import { memberJoinedChannel } from './events/member-joined-channel.ts';
import { offerServices } from './options/services.ts';
import { triageMessage, triageMessageShortcut } from './shortcuts/triage-message.ts';
import { actionIds } from './views/action-ids.ts';
import { askCallback } from './views/ask-modal.ts';

/** deploy/slack-manifest.yaml has to name the same commands, events and shortcuts. */
export function registerListeners(app: App, bot: Bot): void {
  app.command('/netcheck', netcheckCommand(bot));
  app.event('member_joined_channel', memberJoinedChannel(bot));
  app.event('channel_created', channelNamed(bot));
  app.event('channel_rename', channelNamed(bot));
  app.event('channel_archive', channelArchived(bot));
  app.event('group_archive', channelArchived(bot));
  app.event('app_mention', appMention(bot));
  app.shortcut({ type: 'message_action', callback_id: triageMessageShortcut }, triageMessage(bot));
  app.options({ type: 'block_suggestion', action_id: actionIds.askService }, offerServices(bot));
  app.view({ type: 'view_submission', callback_id: askCallback }, submitAsk(bot));
  app.event('app_home_opened', appHomeOpened(bot));
  app.action(new RegExp(`^${actionIds.chooseService}_`), chooseService(bot));
  app.action(actionIds.previewProposal, previewProposal(bot));
  app.action(actionIds.approveProposal, decideOn(bot, 'approve'));
  app.action(actionIds.approveWithUndo, decideOn(bot, 'approve-with-undo'));
  app.action(actionIds.dismissProposal, decideOn(bot, 'dismiss'));
  app.action(actionIds.undoProposal, decideOn(bot, 'undo'));
  app.action(actionIds.refreshHome, refreshHome(bot));
  app.action(actionIds.explainVerdicts, explain(bot, 'why'));
  app.action(actionIds.showQueries, explain(bot, 'queries'));
  app.action(actionIds.turnPage, turnPage(bot));
  app.action(actionIds.checkAgain, lookAgain(bot, undefined));
  app.action(actionIds.moreSamples, lookAgain(bot, 'more'));
  app.action(actionIds.watch, watchByClick(bot));
}
