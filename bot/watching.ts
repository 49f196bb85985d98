import type { Queue } from 'bullmq';
import type { FollowJob } from '../core/jobs.ts';
import { isOver } from '../core/progress.ts';
import type { Person } from '../core/remediation/state.ts';
import { nameOf } from '../core/target.ts';
import { delayUntil } from '../core/watch/schedule.ts';
import { ended, newWatch, type Watch } from '../core/watch/watch.ts';
import { followOptions } from './begin.ts';
import type { Bot } from './bot.ts';
import { notKnown } from './views/follow-ups.ts';
import { sayTime } from './views/text.ts';

interface Arranging {
  readonly cluster: string;
  readonly follow: Queue;
  readonly watchEvery: number;
}

/** Has the next round of a watch happen in its time, once, whoever asks for it how often. */
export async function arrangeRound(
  { cluster, follow, watchEvery }: Arranging,
  investigation: string,
  { nr, round, startedAt }: Watch,
): Promise<void> {
  const job: FollowJob = { kind: 'watch', cluster, investigation, nr, round };
  const delay = delayUntil(round, startedAt, Date.now(), watchEvery);
  await follow.add('watch', job, { jobId: jobId(investigation, nr, round), delay, ...followOptions });
}

/** Begins a watch; answers what became of the wish. */
export async function startWatch(bot: Bot, id: string, by: Person): Promise<string> {
  const { records } = bot;
  const found = await records.investigation(id);
  if (found === undefined) return notKnown;
  if (found.progress.phase !== 'ended')
    return isOver(found.progress)
      ? `Investigation ${id} found nothing that could be watched.`
      : `Investigation ${id} is still under way: watch it when its conclusion is there.`;
  // Changes are said in its thread, so where it could not be posted nobody could be told.
  if (!(await records.posted(id)).has('root'))
    return `Investigation ${id} has no report in Slack, so there is nothing to watch.`;
  const { report } = found.progress;
  const before = await records.followUps.watch(id);
  if (before !== undefined && before.ended === undefined) {
    // A crash may have cut it off before it had begun.
    await begin(bot, id, before);
    return `${nameOf(report.target)} is watched already, since ${sayTime(before.startedAt)} for ${before.by.name}. /netcheck unwatch ${id} ends it.`;
  }
  const watch = newWatch(before, report, by, Date.now());
  if (!(await records.followUps.writeWatch(id, watch)))
    return 'Somebody else began to watch it just before you.';
  await begin(bot, id, watch);
  return `Watching ${nameOf(report.target)}: what changes is said in the thread, nothing else. /netcheck unwatch ${id} ends it.`;
}

async function begin(bot: Bot, id: string, watch: Watch): Promise<void> {
  await arrangeRound(bot, id, watch);
  await show(bot, id, watch, 'begin');
}

/** False if there was nothing to end. */
export async function endWatch(bot: Bot, id: string, why: string): Promise<boolean> {
  const { followUps } = bot.records;
  for (;;) {
    const watch = await followUps.watch(id);
    if (watch === undefined || watch.ended !== undefined) return false;
    // A round may be over in this moment: then what it wrote is ended.
    if (!(await followUps.writeWatch(id, ended(watch, why, Date.now())))) continue;
    await show(bot, id, watch, 'end');
    return true;
  }
}

/** Has the message in the channel say how it stands. */
async function show({ cluster, follow }: Bot, id: string, { nr }: Watch, when: string): Promise<void> {
  const job: FollowJob = { kind: 'watch', cluster, investigation: id, nr, round: 0 };
  await follow.add('watch', job, { jobId: jobId(id, nr, when), ...followOptions });
}

function jobId(investigation: string, nr: number, what: number | string): string {
  return `watch-${investigation}-${nr}-${what}`;
}
