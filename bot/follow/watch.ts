import type { Queue } from 'bullmq';
import type { FollowJob, InvestigateJob } from '../../core/jobs.ts';
import type { Investigation } from '../../core/progress.ts';
import type { Remediation } from '../../core/remediation/state.ts';
import type { Report } from '../../core/report.ts';
import { windowOf } from '../../core/watch/schedule.ts';
import { advance, ended, type Watch } from '../../core/watch/watch.ts';
import type { Asked } from '../records.ts';
import { changesMessage } from '../views/watch.ts';
import { arrangeRound } from '../watching.ts';
import { endOf } from './end-of.ts';
import { rootOf } from './root-of.ts';
import { ReportThread, Unreachable } from './thread.ts';
import type { FollowTools } from './tools.ts';

type WatchJob = Extract<FollowJob, { kind: 'watch' }>;

type Tools = FollowTools & {
  readonly investigate: Queue;
  readonly follow: Queue;
  /** Seconds until a watch looks again for the first time. */
  readonly watchEvery: number;
};

/** One round of a watch: looks again, says in the thread what has changed, and has the next round happen. */
export async function followWatch(job: WatchJob, tools: Tools): Promise<void> {
  const { investigation, nr } = job;
  const { records } = tools;
  const [watch, asked, first, posted] = await Promise.all([
    records.followUps.watch(investigation),
    records.asked(investigation),
    records.investigation(investigation),
    records.posted(investigation),
  ]);
  // Another watch has begun since, or nobody knows what this was about any more.
  if (watch?.nr !== nr || asked === undefined || first?.progress.phase !== 'ended') return;
  const thread = new ReportThread(
    { ...tools, id: investigation, where: asked.where, since: asked.requestedAt },
    posted,
  );
  const round = new WatchRound(job, { asked, first, report: first.progress.report }, thread, tools);
  if (tools.isRepeated) await thread.reconcile();
  await round.run(watch);
}

interface Watched {
  readonly asked: Asked;
  readonly first: Investigation;
  readonly report: Report;
}

class WatchRound {
  readonly #job: WatchJob;
  readonly #watched: Watched;
  readonly #thread: ReportThread;
  readonly #tools: Tools;

  constructor(job: WatchJob, watched: Watched, thread: ReportThread, tools: Tools) {
    this.#job = job;
    this.#watched = watched;
    this.#thread = thread;
    this.#tools = tools;
  }

  async run(watch: Watch): Promise<void> {
    const { round } = this.#job;
    if (round === 0 || watch.ended !== undefined) return this.#show(watch);
    // An earlier run of this job died after it had written what it found.
    const next = round < watch.round ? watch : await this.#look(watch);
    if (next === undefined) return;
    const { cluster, investigation } = this.#job;
    if (next.ended === undefined) await arrangeRound({ ...this.#tools, cluster }, investigation, next);
    await this.#show(next);
  }

  /** The watch after this round; undefined if somebody ended it meanwhile, who has that shown. */
  async #look(watch: Watch): Promise<Watch | undefined> {
    const { records, watchEvery: every } = this.#tools;
    const { investigation, nr, round } = this.#job;
    const { report: first } = this.#watched;
    const changed = (await records.remediations.of(investigation)).filter(isInForce);
    const found = await this.#investigate(watch, changed);
    if (!(await this.#isGoingOn())) return undefined;
    const now = Date.now();
    const mended = new Set(changed.filter(hasHelped).map(({ proposal }) => proposal.cause));
    const { watch: next, changes, blind } = advance(watch, { first, found, mended, now, every });
    if (changes.length > 0 || blind !== undefined) {
      const goesOn = next.ended === undefined;
      const message = changesMessage({ changes, blind, goesOn }, now);
      const why = await this.#tell(this.#thread.post(`watch-${nr}-${round}`, message));
      if (why !== undefined) return this.#write(ended(watch, why, now));
    }
    return this.#write(next);
  }

  async #write(next: Watch): Promise<Watch | undefined> {
    const isWritten = await this.#tools.records.followUps.writeWatch(this.#job.investigation, next);
    return isWritten ? next : undefined;
  }

  async #investigate(watch: Watch, changed: readonly Changed[]): ReturnType<typeof endOf> {
    const { records, investigate, signal } = this.#tools;
    const { first, report } = this.#watched;
    const { cluster, investigation, nr, round } = this.#job;
    const { service, namespace } = report.target;
    const now = Date.now();
    const windowSeconds = windowOf({
      now,
      lookedAt: watch.last?.at ?? first.startedAt,
      changedAt: changed.length === 0 ? undefined : Math.max(...changed.map(({ state }) => state.at)),
      asked: first.request.windowSeconds,
    });
    const id = `${investigation}-w${nr}-${round}`;
    const job: InvestigateJob = {
      id,
      request: { ...first.request, subject: { kind: 'named', service, namespace }, windowSeconds },
      requestedAt: now,
      requester: watch.by.id,
      only: report.hypotheses.map(({ cause }) => cause),
    };
    await investigate.add('investigate', job, { jobId: id });
    return endOf(records, { id, cluster, signal, isWanted: () => this.#isGoingOn() });
  }

  async #isGoingOn(): Promise<boolean> {
    const watch = await this.#tools.records.followUps.watch(this.#job.investigation);
    return watch?.nr === this.#job.nr && watch.ended === undefined;
  }

  /** Why nobody can be told any more, if so. */
  async #tell(said: Promise<void>): Promise<string | undefined> {
    try {
      await said;
      return undefined;
    } catch (error) {
      if (error instanceof Unreachable) return unwritable;
      throw error;
    }
  }

  async #show(watch: Watch): Promise<void> {
    const { cluster, investigation } = this.#job;
    const { asked, first } = this.#watched;
    const { records } = this.#tools;
    const { progress } = first;
    const root = await rootOf(investigation, { cluster, asked, progress }, records);
    const why = await this.#tell(this.#thread.settle('root', root));
    // Nobody would ever see what a watch goes on to find.
    if ((why !== undefined || this.#thread.isLost('root')) && watch.ended === undefined)
      await this.#write(ended(watch, unwritable, Date.now()));
  }
}

const unwritable = 'netcheck cannot write there any more';

type Changed = Remediation & {
  readonly state: Extract<Remediation['state'], { step: 'applied' | 'verified' }>;
};

/** What was changed and is neither on its way nor taken back; a trial is no fix. */
function isInForce(remediation: Remediation): remediation is Changed {
  const { step } = remediation.state;
  return (step === 'applied' || step === 'verified') && remediation.proposal.trial === undefined;
}

/** A change that was not seen to help has not fixed what goes away later. */
function hasHelped({ state }: Changed): boolean {
  return state.step === 'verified' && (state.outcome.kind === 'fixed' || state.outcome.kind === 'better');
}
