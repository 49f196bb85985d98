import type { App } from '@slack/bolt';
import { chooseService } from './actions/choose-service.ts';
import { decideOn } from './actions/decide.ts';
import { previewProposal } from './actions/preview-proposal.ts';
import type { Bot } from './bot.ts';
import { netcheckCommand } from './commands/netcheck.ts';
import { channelArchived } from './events/channel-archived.ts';
import { memberJoinedChannel } from './events/member-joined-channel.ts';
import { actionIds } from './views/action-ids.ts';

/** deploy/slack-manifest.yaml has to name the same commands and events. */
export function registerListeners(app: App, bot: Bot): void {
  app.command('/netcheck', netcheckCommand(bot));
  app.event('member_joined_channel', memberJoinedChannel(bot));
  app.event('channel_archive', channelArchived(bot));
  app.event('group_archive', channelArchived(bot));
  app.action(new RegExp(`^${actionIds.chooseService}_`), chooseService(bot));
  app.action(actionIds.previewProposal, previewProposal(bot));
  app.action(actionIds.approveProposal, decideOn(bot, 'approve'));
  app.action(actionIds.approveWithUndo, decideOn(bot, 'approve-with-undo'));
  app.action(actionIds.dismissProposal, decideOn(bot, 'dismiss'));
  app.action(actionIds.undoProposal, decideOn(bot, 'undo'));
}
