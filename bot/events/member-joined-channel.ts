import type { AllMiddlewareArgs, SlackEventMiddlewareArgs } from '@slack/bolt';
import { netcheck } from '../../core/remediation/state.ts';
import type { Bot } from '../bot.ts';
import { beginInChannel } from './begin-in-channel.ts';

/** Whoever invites netcheck into an incident channel wants to know: the channel says what about. */
export function memberJoinedChannel(bot: Bot) {
  return async ({
    event,
    context,
    body,
  }: SlackEventMiddlewareArgs<'member_joined_channel'> & AllMiddlewareArgs): Promise<void> => {
    if (event.user !== context.botUserId) return;
    const { channel, inviter } = event;
    await beginInChannel(bot, {
      kind: 'joined',
      channel,
      id: body.event_id,
      // It also joins by itself.
      requester: inviter === undefined ? netcheck : { id: inviter, name: 'whoever invited netcheck' },
      botId: context.botId,
    });
  };
}
