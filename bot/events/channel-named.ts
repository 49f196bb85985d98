import type { AllMiddlewareArgs, SlackEventMiddlewareArgs } from '@slack/bolt';
import { netcheck } from '../../core/remediation/state.ts';
import type { Bot } from '../bot.ts';
import { beginInChannel } from './begin-in-channel.ts';

/** A public channel that is created as one of an incident, or becomes one by its name, is told what netcheck sees. */
export function channelNamed(bot: Bot) {
  return async ({
    event,
    context,
    body,
  }: SlackEventMiddlewareArgs<'channel_created' | 'channel_rename'> & AllMiddlewareArgs): Promise<void> => {
    const { id: channel, name } = event.channel;
    const kind = event.type === 'channel_created' ? 'created' : 'renamed';
    const { botId } = context;
    await beginInChannel(bot, { kind, channel, name, id: body.event_id, requester: netcheck, botId });
  };
}
