import type { AllMiddlewareArgs, RespondArguments, SlackCommandMiddlewareArgs } from '@slack/bolt';
import { parseCommand, type Command } from '../../core/request.ts';
import { begin, idOf, inTime } from '../begin.ts';
import type { Bot } from '../bot.ts';
import { unescapeTyped } from '../slack/unescape.ts';
import type { Message } from '../views/message.ts';
import { playbooksMessages } from '../views/playbooks.ts';
import { helpMessage, problemMessage, sentence, statusMessage } from '../views/replies.ts';
import { subjectOf } from '../views/root-state.ts';
import { cancelInvestigation } from './cancel.ts';
import { listPlaybooks } from './playbooks.ts';
import { listInvestigations } from './status.ts';

/** `/netcheck …`: answers the person who typed it at once; the report comes from the follower. */
export function netcheckCommand(bot: Bot) {
  return async ({ command, ack, respond }: SlackCommandMiddlewareArgs & AllMiddlewareArgs): Promise<void> => {
    const text = unescapeTyped(command.text);
    const parsed = parseCommand(
      text,
      bot.playbooks.current().library.symptoms.map(({ id }) => id),
    );
    if (parsed.kind === 'problem') return ack(ephemeral(problemMessage(text, parsed)));
    if (parsed.kind === 'playbooks') {
      const [first, ...rest] = playbooksMessages(listPlaybooks(bot.playbooks));
      await ack(ephemeral(first));
      for (const message of rest) await respond(ephemeral(message));
      return;
    }
    await ack(ephemeral(await answer(bot, parsed, command)));
  };
}

type SlashCommand = SlackCommandMiddlewareArgs['command'];

async function answer(
  bot: Bot,
  parsed: Exclude<Command, { kind: 'playbooks' }>,
  command: SlashCommand,
): Promise<Message> {
  switch (parsed.kind) {
    case 'help':
      return helpMessage(listPlaybooks(bot.playbooks).symptoms);
    case 'triage':
    case 'status':
    case 'cancel':
      try {
        return await inTime(answerFromRedis(bot, parsed, command));
      } catch (error) {
        bot.logger.error({ err: error, command: parsed.kind }, 'command failed');
        return sentence(
          'netcheck cannot reach its Redis right now, so nothing was done. Try again in a minute.',
        );
      }
  }
}

async function answerFromRedis(
  bot: Bot,
  parsed: Extract<Command, { kind: 'triage' | 'status' | 'cancel' }>,
  command: SlashCommand,
): Promise<Message> {
  const channel = command.channel_id;
  const person = { id: command.user_id, name: command.user_name };
  switch (parsed.kind) {
    case 'status':
      return statusMessage(bot.cluster, await listInvestigations(bot));
    case 'cancel':
      return cancelInvestigation(bot, { id: parsed.id, channel, person });
    case 'triage': {
      const id = idOf('command', command.team_id, command.trigger_id);
      await begin(bot, {
        id,
        request: parsed.request,
        where: { channel, requester: person },
        responseUrl: command.response_url,
      });
      return sentence(`Looking into ${subjectOf(parsed.request)}: the report comes here (${id}).`);
    }
  }
}

function ephemeral(message: Message): RespondArguments {
  return { response_type: 'ephemeral', text: message.text, blocks: [...message.blocks] };
}
