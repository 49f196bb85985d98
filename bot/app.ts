import type { App } from '@slack/bolt';
import { chooseService } from './actions/choose-service.ts';
import { decideOn } from './actions/decide.ts';
import { previewProposal } from './actions/preview-proposal.ts';
import type { Bot } from './bot.ts';
import { netcheckCommand } from './commands/netcheck.ts';
import { memberJoinedChannel } from './events/member-joined-channel.ts';
import { actionIds } from './views/action-ids.ts';

/** All that netcheck listens to. deploy/slack-manifest.yaml names the same. */
export const listensTo = { command: '/netcheck', event: 'member_joined_channel' } as const;

export function registerListeners(app: App, bot: Bot): void {
  app.command(listensTo.command, netcheckCommand(bot));
  app.event(listensTo.event, memberJoinedChannel(bot));
  app.action(new RegExp(`^${actionIds.chooseService}_`), chooseService(bot));
  app.action(actionIds.previewProposal, previewProposal(bot));
  app.action(actionIds.approveProposal, decideOn(bot, 'approve'));
  app.action(actionIds.dismissProposal, decideOn(bot, 'dismiss'));
}
