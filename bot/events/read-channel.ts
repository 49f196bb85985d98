import * as z from 'zod';
import { routeAlert, type Routing } from '../../core/alerts/route.ts';
import { readSlackAlert } from '../../core/alerts/slack-message.ts';
import { nameOf, type Candidate } from '../../core/target.ts';
import type { Bot } from '../bot.ts';
import { failureOf } from '../slack/failure.ts';
import { unescapeTyped } from '../slack/unescape.ts';
import { tellLack } from './tell-lack.ts';

const Said = z.object({ value: z.string().catch('') }).catch({ value: '' });
const Channel = z.object({
  name: z.string(),
  topic: Said,
  purpose: Said,
  is_member: z.boolean().catch(true),
  is_archived: z.boolean().catch(false),
});

interface SaidByChannel {
  readonly name: string;
  readonly topic: string;
  readonly purpose: string;
  readonly isMember: boolean;
  readonly isArchived: boolean;
}

/** What a channel says about itself; undefined where netcheck may not know. */
export async function readChannel(bot: Bot, channel: string): Promise<SaidByChannel | undefined> {
  let answer: unknown;
  try {
    answer = (await bot.slack.conversations.info({ channel })).channel;
  } catch (error) {
    await tellLack(bot, channel, 'cannot see what this channel is called', error);
    return undefined;
  }
  const parsed = Channel.safeParse(answer);
  if (!parsed.success) return undefined;
  const { name, topic, purpose, is_member: isMember, is_archived: isArchived } = parsed.data;
  return {
    name,
    topic: unescapeTyped(topic.value),
    purpose: unescapeTyped(purpose.value),
    isMember,
    isArchived,
  };
}

/** Whether netcheck can write there: a public channel it joins. */
export async function isInside(bot: Bot, channel: string, said: SaidByChannel): Promise<boolean> {
  if (said.isArchived) return false;
  if (said.isMember) return true;
  try {
    await bot.slack.conversations.join({ channel });
    return true;
  } catch (error) {
    await tellLack(bot, channel, 'cannot join this channel', error);
    return false;
  }
}

/** Messages that Slack writes about people and the channel name no service, or one of old. */
const notSaid = [
  'channel_join',
  'channel_leave',
  'channel_name',
  'group_join',
  'group_leave',
  'group_name',
  'bot_add',
  'bot_remove',
];
const readMessages = 10;
/** Characters; more than that is a log. */
const maxLength = 4000;

const Written = z.object({
  text: z.string().catch(''),
  subtype: z.string().optional().catch(undefined),
  bot_id: z.string().optional().catch(undefined),
});

/** What was written last, alerts included, newest first. Without the right to read it the name and the topic have to do. */
export async function readLatest(
  bot: Bot,
  channel: string,
  ownBotId: string | undefined,
  known: readonly Candidate[],
): Promise<string[]> {
  try {
    const { messages = [] } = await bot.slack.conversations.history({ channel, limit: readMessages });
    const routing = { rules: bot.alerts?.rules ?? [], symptoms: [], known };
    return messages.flatMap((message) => saidIn(message, ownBotId, routing));
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind !== 'refused') {
      bot.logger.warn({ failure, channel }, 'the messages of the channel could not be read now');
      return [];
    }
    const what = 'cannot read the messages of this channel, and goes by its name and topic';
    await tellLack(bot, channel, what, error);
    return [];
  }
}

function saidIn(message: unknown, ownBotId: string | undefined, routing: Routing): string[] {
  const { data } = Written.safeParse(message);
  if (data === undefined || notSaid.includes(data.subtype ?? '')) return [];
  if (data.bot_id !== undefined && data.bot_id === ownBotId) return [];
  const alert = readSlackAlert(message);
  if (alert === undefined) return data.text === '' ? [] : [unescapeTyped(data.text).slice(0, maxLength)];
  if (alert.status === 'resolved') return [];
  const route = routeAlert(alert, routing);
  return [...(route.kind === 'target' ? [sayTarget(route)] : []), alert.name, ...alert.texts];
}

function sayTarget({ service, namespace }: { service: string; namespace?: string }): string {
  return namespace === undefined ? service : nameOf({ service, namespace });
}
