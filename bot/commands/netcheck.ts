import type { AllMiddlewareArgs, SlackCommandMiddlewareArgs } from '@slack/bolt';
import { parseCommand, type Command } from '../../core/request.ts';
import { begin, idOf, inTime, type Beginning } from '../begin.ts';
import type { Bot } from '../bot.ts';
import { readOverview } from '../overview.ts';
import { unescapeTyped } from '../slack/unescape.ts';
import type { Message } from '../views/message.ts';
import { playbooksMessages } from '../views/playbooks.ts';
import { helpMessage, problemMessage, sentence } from '../views/replies.ts';
import { subjectOf } from '../views/root-state.ts';
import { askByForm } from './ask.ts';
import { statusMessage } from '../views/status.ts';
import { cancelInvestigation } from './cancel.ts';
import { ephemeral } from './ephemeral.ts';
import { tellExport } from './export.ts';
import type { Wish } from './meant.ts';
import { muteChannel, unmuteChannel } from './mute.ts';
import { noteIn } from './note.ts';
import { listPlaybooks } from './playbooks.ts';
import { tellStats } from './stats.ts';
import { watchCommand } from './watch.ts';

/** `/netcheck …`: answers the person who typed it at once; the report comes from the follower. */
export function netcheckCommand(bot: Bot) {
  return async ({ command, ack, respond }: SlackCommandMiddlewareArgs & AllMiddlewareArgs): Promise<void> => {
    const text = unescapeTyped(command.text);
    const parsed = parseCommand(text, symptomIds(bot));
    if (parsed.kind === 'problem') return ack(ephemeral(problemMessage(text, parsed)));
    if (parsed.kind === 'ask') {
      const said = await askByForm(bot, command);
      return said === undefined ? ack() : ack(ephemeral(said));
    }
    const asking = {
      id: idOf('command', command.team_id, command.trigger_id),
      where: {
        channel: command.channel_id,
        requester: { id: command.user_id, name: command.user_name },
      },
      trigger: 'command',
      responseUrl: command.response_url,
    } as const;
    // Slack does not wait for as long as these take.
    if (parsed.kind === 'stats' || parsed.kind === 'export') {
      await ack(parsed.kind === 'export' ? ephemeral(writing()) : undefined);
      bot.background.run(parsed.kind, async () =>
        respond(ephemeral((await answerAlone(bot, parsed, asking))[0])),
      );
      return;
    }
    const [first, ...rest] = await answerAlone(bot, parsed, asking);
    await ack(ephemeral(first));
    for (const message of rest) await respond(ephemeral(message));
  };
}

function writing(): Message {
  return sentence('Writing down what happened, what was found and what was done.');
}

/** The symptoms that may be named now. */
export function symptomIds({ playbooks }: Bot): string[] {
  return playbooks.current().library.symptoms.map(({ id }) => id);
}

/** How a person asked: whatever is begun for them has that id and reports there. */
type Asking = Omit<Beginning, 'request'> & {
  /** The thread that it was said in, if it was said in one: a report may begin one of its own. */
  readonly thread?: string | undefined;
};

function wishOf(id: string | undefined, { where, thread }: Asking): Wish {
  return { id, channel: where.channel, thread, person: where.requester };
}

/** What the person who asked is told, and nobody else. */
export async function answerAlone(
  bot: Bot,
  parsed: Exclude<Command, { kind: 'ask' }>,
  asking: Asking,
): Promise<readonly [Message, ...Message[]]> {
  switch (parsed.kind) {
    case 'help':
      return [helpMessage(listPlaybooks(bot.playbooks).symptoms)];
    case 'playbooks':
      return playbooksMessages(listPlaybooks(bot.playbooks));
    case 'stats':
      return [await tellStats(bot, parsed.seconds)];
    case 'export':
      return [await tellExport(bot, wishOf(parsed.id, asking))];
    case 'triage':
    case 'status':
    case 'cancel':
    case 'mute':
    case 'unmute':
    case 'watch':
    case 'unwatch':
    case 'note':
      try {
        return [await inTime(answerFromRedis(bot, parsed, asking))];
      } catch (error) {
        bot.logger.error({ err: error, command: parsed.kind }, 'command failed');
        return [outOfReach()];
      }
  }
}

export function outOfReach(): Message {
  return sentence('netcheck cannot reach its Redis right now, so nothing was done. Try again in a minute.');
}

async function answerFromRedis(
  bot: Bot,
  parsed: Exclude<Command, { kind: 'ask' | 'help' | 'playbooks' | 'stats' | 'export' }>,
  asking: Asking,
): Promise<Message> {
  const { channel, requester: person } = asking.where;
  switch (parsed.kind) {
    case 'status':
      return statusMessage(await readOverview(bot, { person: person.id, channel }));
    case 'cancel':
      return cancelInvestigation(bot, wishOf(parsed.id, asking));
    case 'watch':
    case 'unwatch':
      return watchCommand(bot, parsed.kind, wishOf(parsed.id, asking));
    case 'mute':
      return muteChannel(bot, channel, parsed.seconds);
    case 'unmute':
      return unmuteChannel(bot, channel);
    case 'note':
      return noteIn(bot, { channel, thread: asking.thread, text: parsed.text, person, ts: asking.id });
    case 'triage':
      await begin(bot, { ...asking, request: parsed.request });
      return sentence(`Looking into ${subjectOf(parsed.request)}: the report comes here (${asking.id}).`);
  }
}
