import type { AllMiddlewareArgs, SlackEventMiddlewareArgs } from '@slack/bolt';
import { plain } from '../../core/alerts/mrkdwn.ts';
import type { Thread } from '../../core/jobs.ts';
import { isProse, isThanks } from '../../core/prose.ts';
import { defaultWindowSeconds, parseCommand, type Request } from '../../core/request.ts';
import { readAbout } from '../about-message.ts';
import { begin, idOf, inTime } from '../begin.ts';
import type { Bot } from '../bot.ts';
import { answerAlone, outOfReach, symptomIds } from '../commands/netcheck.ts';
import { firstOfThread, nameOfChannel } from '../slack/read-conversation.ts';
import { tellAlone } from '../slack/tell-alone.ts';
import { unescapeTyped } from '../slack/unescape.ts';
import type { Message } from '../views/message.ts';
import { problemMessage } from '../views/replies.ts';

/** A person who said `@netcheck …`. */
interface Mention {
  /** The same for the same message, however often Slack delivers it. */
  readonly id: string;
  readonly where: Thread;
  /** The thread that it was said in, if it was said in one. */
  readonly thread: string | undefined;
  /** What stands behind `@netcheck`, as typed. */
  readonly words: string;
  /** All of the message, for whoever looks for names in it. */
  readonly said: string;
}

/** `@netcheck …` is `/netcheck …`, also in threads; without a command it is about what was said there. */
export function appMention(bot: Bot) {
  return async ({
    event,
    context,
  }: SlackEventMiddlewareArgs<'app_mention'> & AllMiddlewareArgs): Promise<void> => {
    const mention = mentionIn(event, context.botUserId ?? '');
    if (mention === undefined || isThanks(mention.words)) return;
    const { requester, channel } = mention.where;
    const alone = { user: requester.id, channel, thread: mention.thread };
    for (const message of await answer(bot, mention)) await tellAlone(bot, alone, message);
  };
}

type Event = SlackEventMiddlewareArgs<'app_mention'>['event'];

/** Bots and workflows mention whom they like, and an edit was answered when it was written: neither asks anything. */
function mentionIn(event: Event, botUserId: string): Mention | undefined {
  const { channel, ts, thread_ts: thread, user, bot_id: bot } = event;
  if (bot !== undefined || user === undefined || event.edited !== undefined) return undefined;
  const [, ...behind] = event.text.split(new RegExp(`<@${botUserId}(?:\\|[^>]*)?>`));
  return {
    id: idOf('mention', channel, ts),
    where: { channel, thread: thread ?? ts, requester: { id: user, name: nameIn(event) } },
    thread,
    words: unescapeTyped(behind.join(' ')).replace(/\s+/g, ' ').trim(),
    said: plain(event.text).trim(),
  };
}

/** Slack tells the name only at times, and netcheck has no right to ask for it. */
function nameIn({ user_profile: profile }: Event): string {
  const names = [profile?.display_name ?? '', profile?.name ?? ''];
  return names.find((name) => name !== '') ?? 'whoever mentioned netcheck';
}

/** What the person alone is told; a report tells itself. */
async function answer(bot: Bot, mention: Mention): Promise<readonly Message[]> {
  const { id, where, thread, words } = mention;
  const symptoms = symptomIds(bot);
  const parsed = parseCommand(words, symptoms);
  if (parsed.kind === 'triage') return start(bot, mention, () => Promise.resolve(parsed.request));
  if (parsed.kind === 'ask' || (parsed.kind === 'problem' && isProse(words, symptoms))) {
    const around = await readAround(bot, mention);
    return start(bot, mention, () => requestAbout(bot, around));
  }
  if (await wasAnswered(bot, id)) return [];
  return parsed.kind === 'problem'
    ? [problemMessage(words, parsed, '@netcheck')]
    : answerAlone(bot, parsed, { id, where, thread });
}

async function start(
  bot: Bot,
  { id, where }: Mention,
  request: () => Promise<Request>,
): Promise<readonly Message[]> {
  try {
    await inTime(request().then((asked) => begin(bot, { id, where, trigger: 'mention', request: asked })));
    return [];
  } catch (error) {
    bot.logger.error({ err: error, id }, 'a mention started nothing');
    return [outOfReach()];
  }
}

/** What a mention without a command is about. */
interface Around {
  /** The message that the thread hangs on, where it is in a thread. */
  readonly first: unknown;
  readonly spoken: string;
  readonly channel: string;
}

async function readAround(bot: Bot, { where, thread, said }: Mention): Promise<Around> {
  const [first, channel] = await Promise.all([
    thread === undefined ? undefined : firstOfThread(bot, where.channel, thread),
    nameOfChannel(bot, where.channel),
  ]);
  return { first, spoken: said, channel };
}

async function requestAbout(bot: Bot, { first, spoken, channel }: Around): Promise<Request> {
  return {
    ...(await readAbout(bot, first, { spoken, beside: [channel] })),
    windowSeconds: defaultWindowSeconds,
  };
}

/** Milliseconds; the answer may have to wait for Redis, too. */
const takenWithinMs = 500;

/** A command that comes again would cancel another investigation. Where Redis cannot say, the person is answered. */
async function wasAnswered(bot: Bot, id: string): Promise<boolean> {
  try {
    return !(await inTime(bot.records.takeDelivery(id), takenWithinMs));
  } catch {
    return false;
  }
}
