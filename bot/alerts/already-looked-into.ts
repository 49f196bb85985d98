import { isAlert } from '../../core/alerts/by-alert.ts';
import type { Progress } from '../../core/progress.ts';
import type { Subject } from '../../core/request.ts';
import type { Candidate } from '../../core/target.ts';
import type { Bot } from '../bot.ts';

/** How long an answer counts, in milliseconds, and how many of the latest are looked at. */
const freshMs = 30 * 60_000;
const lookedAt = 30;

/** The id of an investigation of the same Service that a person has just asked for in the same channel, if there is one. */
export async function alreadyLookedInto(
  bot: Bot,
  subject: Subject | undefined,
  channel: string,
  now: number,
): Promise<string | undefined> {
  if (subject?.kind !== 'named' || subject.namespace === undefined) return undefined;
  const target = { service: subject.service, namespace: subject.namespace };
  const recent = await bot.records.recent(lookedAt);
  const found = await Promise.all(recent.map((id) => isAbout(bot, id, target, { channel, now })));
  return recent.find((_, index) => found[index]);
}

async function isAbout(
  { records }: Bot,
  id: string,
  target: Candidate,
  { channel, now }: { readonly channel: string; readonly now: number },
): Promise<boolean> {
  const asked = await records.asked(id);
  if (asked?.where.channel !== channel || now - asked.requestedAt > freshMs) return false;
  // One of an alert belongs to that alert, and one that has an episode to another time.
  if (isAlert(asked.where.requester) || (await records.episodes.revision(asked.episode ?? id)) !== undefined)
    return false;
  const [investigation, isCancelled] = await Promise.all([
    records.investigation(id),
    records.isCancelled(id),
  ]);
  const looked = lookedAtBy(investigation?.progress);
  if (looked !== undefined) return looked.service === target.service && looked.namespace === target.namespace;
  const isWaiting = investigation === undefined || investigation.progress.phase === 'queued';
  if (!isWaiting || isCancelled || asked.request.subject.kind !== 'named') return false;
  const { service, namespace } = asked.request.subject;
  return service === target.service && namespace === target.namespace;
}

function lookedAtBy(progress: Progress | undefined): Candidate | undefined {
  return progress?.phase === 'gathering' || progress?.phase === 'ended' ? progress.report.target : undefined;
}
