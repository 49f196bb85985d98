import type { Directory } from '../../core/directory.ts';
import { fullNamesIn, wordsIn } from '../../core/alerts/text-names.ts';
import type { Person } from '../../core/remediation/state.ts';
import { defaultWindowSeconds } from '../../core/request.ts';
import { idOf, inTime } from '../begin.ts';
import type { Bot } from '../bot.ts';
import { beginByItself } from '../by-itself.ts';
import { isInside, readChannel, readLatest } from './read-channel.ts';

/** What happened to a channel that may be one of an incident. */
interface ChannelEvent {
  readonly kind: 'created' | 'renamed' | 'joined';
  readonly channel: string;
  /** Its name, where the event tells it: those of other channels are not looked at further. */
  readonly name?: string;
  /** By Slack: the same when it is delivered again. */
  readonly id: string;
  readonly requester: Person;
  /** By which netcheck knows its own messages. */
  readonly botId: string | undefined;
}

/** For so long, in seconds, one investigation is all that the events of a channel begin. */
const quietSeconds = 30 * 60;

/**
 * Begins an investigation of what an incident channel says, whichever events tell of the channel and however often: those of
 * one delivery have one id, and of several deliveries one goes on.
 */
export async function beginInChannel(bot: Bot, event: ChannelEvent): Promise<void> {
  const { records, incidentChannels } = bot;
  const { channel } = event;
  if (event.name !== undefined && !incidentChannels.test(event.name)) return;
  if (await inTime(records.isMuted(channel))) return;
  const said = await readChannel(bot, channel);
  if (said === undefined || !incidentChannels.test(said.name)) return;
  if (!(await isInside(bot, channel, said))) return;
  const id = idOf('channel', channel, event.id);
  if (!(await inTime(mayBegin(bot, event, id)))) return;

  const directory = await inTime(records.directory());
  const latest = await readLatest(bot, channel, event.botId, directory?.services ?? []);
  const texts = [said.name, said.topic, said.purpose, ...latest].filter((text) => text.trim() !== '');
  // Where no Service is recognised the report is a question, which nobody wants to read twice.
  if (!namesService(texts, directory) && !(await inTime(records.mayAsk(channel, id)))) return;
  const beginning = beginByItself(bot, {
    id,
    request: { subject: { kind: 'mentioned', texts }, windowSeconds: defaultWindowSeconds },
    where: { channel, requester: event.requester },
    trigger: event.kind === 'joined' ? 'invitation' : 'channel',
  });
  await inTime(beginning);
}

/** An incident that gets another name (`inc-42-resolved`) is no new one. */
async function mayBegin({ records }: Bot, { kind, channel }: ChannelEvent, id: string): Promise<boolean> {
  const isFirst = await records.isFirstOf(channel, id);
  if (kind === 'renamed' && !isFirst) return false;
  return records.mayBegin(channel, id, quietSeconds);
}

function namesService(texts: readonly string[], directory: Directory | undefined): boolean {
  const services = directory?.services ?? [];
  return fullNamesIn(texts, services).length > 0 || wordsIn(texts, services).length > 0;
}
