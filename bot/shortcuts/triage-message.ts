import type { AllMiddlewareArgs, MessageShortcut, SlackShortcutMiddlewareArgs } from '@slack/bolt';
import { defaultWindowSeconds, type Request } from '../../core/request.ts';
import { readAbout } from '../about-message.ts';
import { begin, idOf, inTime } from '../begin.ts';
import type { Bot } from '../bot.ts';
import { outOfReach } from '../commands/netcheck.ts';
import { tellAlone } from '../slack/tell-alone.ts';
import type { Message } from '../views/message.ts';
import { sentence } from '../views/replies.ts';
import { subjectOf } from '../views/root-state.ts';

/** How Slack names this shortcut, and deploy/slack-manifest.yaml. */
export const triageMessageShortcut = 'triage_message';

/** "Triage with netcheck" in the menu of a message: looks into what the message says, and reports below it. */
export function triageMessage(bot: Bot) {
  return async ({ ack, shortcut }: SlackShortcutMiddlewareArgs<MessageShortcut> & AllMiddlewareArgs) => {
    await ack();
    const { user, channel, response_url: responseUrl } = shortcut;
    const answer = await look(bot, shortcut);
    bot.background.run('answer a shortcut', () =>
      tellAlone(bot, { user: user.id, channel: channel.id, responseUrl }, answer),
    );
  };
}

async function look(bot: Bot, shortcut: MessageShortcut): Promise<Message> {
  const { channel, message, trigger_id: trigger } = shortcut;
  const id = idOf('shortcut', channel.id, message.ts, trigger);
  try {
    const request = await inTime(beginOn(bot, id, shortcut));
    return sentence(`Looking into ${subjectOf(request)}: the report comes below that message (${id}).`);
  } catch (error) {
    bot.logger.error({ err: error, id }, 'a shortcut started nothing');
    return outOfReach();
  }
}

async function beginOn(bot: Bot, id: string, shortcut: MessageShortcut): Promise<Request> {
  const { user, channel, message, response_url: responseUrl } = shortcut;
  const about = await readAbout(bot, message, { beside: isNamed(channel.name) ? [channel.name] : [] });
  const request = { ...about, windowSeconds: defaultWindowSeconds };
  const thread = typeof message['thread_ts'] === 'string' ? message['thread_ts'] : message.ts;
  const where = { channel: channel.id, thread, requester: { id: user.id, name: user.name } };
  await begin(bot, { id, request, where, trigger: 'shortcut', responseUrl });
  return request;
}

/** Slack keeps the names of channels that netcheck is not in to itself. */
function isNamed(channel: string): boolean {
  return channel !== 'privategroup' && channel !== 'directmessage';
}
