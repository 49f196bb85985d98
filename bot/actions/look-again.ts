import type { AllMiddlewareArgs, BlockAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import type { Effort } from '../../core/effort.ts';
import { leftUnproven, worthAnotherLook, type Run } from '../../core/follow-up/again.ts';
import type { FollowJob, InvestigateJob } from '../../core/jobs.ts';
import { isOver, type Investigation } from '../../core/progress.ts';
import type { Person } from '../../core/remediation/state.ts';
import type { Report } from '../../core/report.ts';
import { nameOf } from '../../core/target.ts';
import { followOptions, idOf, inTime } from '../begin.ts';
import type { Bot } from '../bot.ts';
import { notKnown } from '../views/follow-ups.ts';
import { plural } from '../views/text.ts';
import { clickOf, whisper } from './click.ts';

/** Somebody wants the target of a report looked at again, as it is now. */
export function lookAgain(bot: Bot, effort: Effort | undefined) {
  return async ({ ack, body, action }: SlackActionMiddlewareArgs<BlockAction> & AllMiddlewareArgs) => {
    await ack();
    const click = clickOf(body, action);
    if (click === undefined) return;
    try {
      whisper(bot, click, await inTime(startRun(bot, click.value, effort, click.person)));
    } catch (error) {
      bot.logger.error({ err: error }, 'looking again could not be started');
      whisper(bot, click, 'netcheck cannot reach its Redis right now. Click again in a minute.');
    }
  };
}

/** What became of the wish, for the person who had it. */
async function startRun(bot: Bot, id: string, effort: Effort | undefined, by: Person): Promise<string> {
  const { records } = bot;
  const found = await records.investigation(id);
  if (found?.progress.phase !== 'ended') return notKnown;
  const { report } = found.progress;
  const runs = await records.followUps.runs(id);
  const last = runs.at(-1);
  if (last !== undefined && (await isUnderWay(bot, last))) {
    // A crash may have cut it off before it had begun.
    await begin(bot, found, { run: last, nr: runs.length, report });
    return `netcheck is looking again already, for ${last.by.name}: the result comes into this thread.`;
  }
  const only =
    effort === undefined ? worthAnotherLook(report) : leftUnproven(report, await records.evidence(id));
  if (only.length === 0) return 'No probe left anything unproven, so more samples would settle nothing.';
  const nr = runs.length + 1;
  const run: Run = {
    id: idOf('run', id, effort ?? 'again', String(nr)),
    by,
    at: Date.now(),
    only: [...only],
    ...(effort !== undefined && { effort }),
  };
  if (!(await records.followUps.addRun(id, nr, run)))
    return 'Somebody else clicked just before you: the result comes into this thread.';
  await begin(bot, found, { run, nr, report });
  const samples = effort === undefined ? '' : ', with more samples';
  return `Looking again at ${plural(only.length, 'cause')} of ${nameOf(report.target)}${samples}: the result comes into this thread.`;
}

async function isUnderWay({ records }: Bot, { id }: Run): Promise<boolean> {
  const [investigation, isCancelled] = await Promise.all([
    records.investigation(id),
    records.isCancelled(id),
  ]);
  return !isCancelled && (investigation === undefined || !isOver(investigation.progress));
}

interface Beginning {
  readonly run: Run;
  readonly nr: number;
  readonly report: Report;
}

/** Harmless where it has begun: jobs of one id exist once. */
async function begin(bot: Bot, first: Investigation, { run, nr, report }: Beginning): Promise<void> {
  const { id, only, by, at, effort } = run;
  const { service, namespace } = report.target;
  const investigate: InvestigateJob = {
    id,
    request: { ...first.request, subject: { kind: 'named', service, namespace } },
    requestedAt: at,
    requester: by.id,
    only,
    ...(effort !== undefined && { effort }),
  };
  await bot.investigate.add('investigate', investigate, { jobId: id });
  const follow: FollowJob = { kind: 'run', cluster: bot.cluster, investigation: first.id, nr };
  await bot.follow.add('run', follow, { jobId: id, ...followOptions });
}
