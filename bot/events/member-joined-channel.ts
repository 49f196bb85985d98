import type { AllMiddlewareArgs, SlackEventMiddlewareArgs } from '@slack/bolt';
import * as z from 'zod';
import { defaultWindowSeconds } from '../../core/request.ts';
import { begin, idOf, inTime } from '../begin.ts';
import type { Bot } from '../bot.ts';
import { failureOf } from '../slack/failure.ts';
import { unescapeTyped } from '../slack/unescape.ts';

/** Messages that Slack writes about people coming and going name no service. */
const notSaid = ['channel_join', 'channel_leave', 'group_join', 'group_leave', 'bot_add', 'bot_remove'];
const readMessages = 3;

/** Whoever invites netcheck into an incident channel wants to know: the channel says what about. */
export function memberJoinedChannel(bot: Bot) {
  return async ({
    event,
    context,
  }: SlackEventMiddlewareArgs<'member_joined_channel'> & AllMiddlewareArgs): Promise<void> => {
    if (event.user !== context.botUserId) return;
    const channel = await readChannel(bot, event.channel);
    if (channel === undefined || !bot.incidentChannels.test(channel.name)) return;
    const texts = [channel.name, channel.topic, channel.purpose, ...(await readLatest(bot, event.channel))];
    const inviter = event.inviter ?? event.user;
    const beginning = begin(bot, {
      id: idOf('joined', event.team, event.channel, event.event_ts),
      request: {
        subject: { kind: 'mentioned', texts: texts.filter((text) => text.trim() !== '').map(unescapeTyped) },
        windowSeconds: defaultWindowSeconds,
      },
      where: { channel: event.channel, requester: { id: inviter, name: 'whoever invited netcheck' } },
    });
    await inTime(beginning);
  };
}

const Said = z.object({ value: z.string().catch('') }).catch({ value: '' });
const Channel = z.object({ name: z.string(), topic: Said, purpose: Said });

async function readChannel(
  { slack }: Bot,
  channel: string,
): Promise<{ name: string; topic: string; purpose: string } | undefined> {
  const parsed = Channel.safeParse((await slack.conversations.info({ channel })).channel);
  if (!parsed.success) return undefined;
  const { name, topic, purpose } = parsed.data;
  return { name, topic: topic.value, purpose: purpose.value };
}

/** What was written last. Without the right to read it the name and the topic have to do. */
async function readLatest({ slack, logger }: Bot, channel: string): Promise<string[]> {
  try {
    const { messages } = await slack.conversations.history({ channel, limit: readMessages });
    return (messages ?? []).flatMap(({ subtype, text }) =>
      notSaid.includes(subtype ?? '') || text === undefined ? [] : [text],
    );
  } catch (error) {
    logger.warn({ failure: failureOf(error), channel }, 'the channel cannot be read');
    return [];
  }
}
