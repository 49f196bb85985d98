import type { AllMiddlewareArgs, BlockAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import { nameOf, type Candidate } from '../../core/target.ts';
import { begin, inTime } from '../begin.ts';
import type { Bot } from '../bot.ts';
import { chosenId } from '../report-on.ts';
import { clickOf, whisper, type Click } from './click.ts';

/** Somebody said which service was meant: the question becomes the report on it. */
export function chooseService(bot: Bot) {
  return async ({ ack, body, action }: SlackActionMiddlewareArgs<BlockAction> & AllMiddlewareArgs) => {
    await ack();
    const click = clickOf(body, action);
    if (click === undefined) return;
    try {
      const refused = await inTime(choose(bot, click));
      if (refused !== undefined) whisper(bot, click, refused);
    } catch (error) {
      bot.logger.error({ err: error }, 'choosing a service failed');
      whisper(bot, click, 'netcheck cannot reach its Redis right now. Click again in a minute.');
    }
  };
}

/** Why the click did not count, if it did not. */
async function choose(bot: Bot, { value, person, place }: Click): Promise<string | undefined> {
  const [id = '', index = ''] = value.split(':');
  const asked = await bot.records.asked(id);
  const candidate = candidatesOf(await bot.records.investigation(id))[Number(index)];
  if (asked === undefined || candidate === undefined) {
    return 'netcheck does not know this question any more. Ask again with /netcheck.';
  }
  const chosen = await bot.records.choose(id, candidate);
  if (nameOf(chosen) !== nameOf(candidate)) {
    return `Somebody chose ${nameOf(chosen)} already. For ${nameOf(candidate)} type /netcheck ${nameOf(candidate)}`;
  }
  const next = chosenId(id, nameOf(chosen));
  await bot.records.notePosted(next, 'root', place);
  await begin(bot, {
    id: next,
    request: {
      ...asked.request,
      subject: { kind: 'named', service: chosen.service, namespace: chosen.namespace },
    },
    where: { ...asked.where, requester: person },
    ...(asked.trigger && { trigger: asked.trigger }),
    episode: asked.episode ?? id,
  });
  return undefined;
}

function candidatesOf(
  investigation: Awaited<ReturnType<Bot['records']['investigation']>>,
): readonly Candidate[] {
  const progress = investigation?.progress;
  if (progress?.phase === 'which') return progress.candidates;
  return progress?.phase === 'not-found' ? progress.nearest : [];
}
