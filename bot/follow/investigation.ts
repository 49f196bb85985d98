import type { Queue } from 'bullmq';
import { silenceAt } from './silence.ts';
import { setTimeout as pause } from 'node:timers/promises';
import { retentionSeconds, type FollowJob } from '../../core/jobs.ts';
import type { Episode } from '../../core/alerts/episode.ts';
import { leftUnproven } from '../../core/follow-up/again.ts';
import { withNotes } from '../../core/follow-up/notes.ts';
import { isOver, type Investigation, type Progress } from '../../core/progress.ts';
import type { Remediation } from '../../core/remediation/state.ts';
import type { Report } from '../../core/report.ts';
import { whyWithdrawn } from '../alerts/stand-down.ts';
import type { Asked } from '../records.ts';
import { conclusionMessages } from '../views/conclusion.ts';
import { evidenceMessage } from '../views/evidence.ts';
import { withFollowUps } from '../views/follow-ups.ts';
import { hypothesesMessages } from '../views/hypotheses.ts';
import type { Message } from '../views/message.ts';
import { rootMessage } from '../views/root.ts';
import type { RootState } from '../views/root-state.ts';
import { postFiles } from './files.ts';
import { askForPreview, createRemediation, postByHand, postProposal } from './proposals.ts';
import { tellRequester } from './tell-requester.ts';
import { withdrawProposals } from '../withdraw.ts';
import { ReportThread, Unreachable } from './thread.ts';
import { pollMs, type FollowTools } from './tools.ts';

type Tools = FollowTools & { readonly remediate: Queue };
type InvestigationJob = Extract<FollowJob, { kind: 'investigation' }>;

/** Reports one investigation into its Slack thread, from the first word to the last. Bears being done again. */
export async function followInvestigation(job: InvestigationJob, tools: Tools): Promise<void> {
  const { id, where } = job;
  const asked = await tools.records.asked(id);
  if (asked === undefined) {
    tools.logger.warn('nobody knows what was asked any more');
    return;
  }
  const thread = new ReportThread(
    { ...tools, id, where, since: asked.requestedAt },
    await tools.records.posted(id),
  );
  try {
    // While it waited for its turn, its message was somebody else's to post.
    if (tools.isRepeated || asked.held !== undefined) await thread.reconcile();
    await new InvestigationFollower(job, asked, thread, tools).run();
  } catch (error) {
    if (error instanceof Unreachable) {
      await withdrawProposals(tools.records, id, 'the channel of the report cannot be written to');
      await tellRequester(asked, error.code, tools);
    }
    throw error;
  }
}

class InvestigationFollower {
  readonly #job: InvestigationJob;
  readonly #asked: Asked;
  readonly #thread: ReportThread;
  readonly #tools: Tools;
  #rank: number | undefined;
  #newsAt: number;
  #investigation: Investigation | undefined;

  #episode: Episode | undefined;

  constructor(job: InvestigationJob, asked: Asked, thread: ReportThread, tools: Tools) {
    this.#job = job;
    this.#asked = asked;
    this.#thread = thread;
    this.#tools = tools;
    this.#newsAt = job.requestedAt;
  }

  async run(): Promise<void> {
    const { signal, records } = this.#tools;
    for (;;) {
      signal.throwIfAborted();
      await this.#look();
      const progress = this.#investigation?.progress;
      if (progress !== undefined && isOver(progress)) return this.#finish(progress);
      const silence = silenceAt(Date.now(), this.#newsAt, progress);
      if (silence === 'given-up') return this.#giveUp(progress);
      await this.#thread.show('root', this.#root(progress, silence));
      if (progress?.phase === 'gathering') {
        for (const [index, message] of hypothesesMessages(progress.report, true).entries()) {
          await this.#thread.show(`hypotheses-${index + 1}`, message);
        }
      } else if (await records.isCancelled(this.#job.id)) {
        // No worker has taken it, so none will say that it is cancelled.
        return this.#thread.settle('root', this.#root({ phase: 'cancelled' }));
      }
      await pause(pollMs, undefined, { signal });
    }
  }

  async #look(): Promise<void> {
    const { records } = this.#tools;
    const about = this.#asked.episode ?? this.#job.id;
    if ((await records.episodes.revision(about)) !== this.#episode?.revision)
      this.#episode = await records.episodes.read(about);
    const rank = await records.investigationRank(this.#job.id);
    if (rank === undefined || rank === this.#rank) return;
    this.#rank = rank;
    this.#newsAt = Date.now();
    this.#investigation = await records.investigation(this.#job.id);
  }

  #root(
    progress: Progress | undefined,
    silence: RootState['silence'] = 'none',
    since: Partial<Pick<RootState, 'remediations' | 'watch'>> = {},
  ): Message {
    const { id, cluster, where } = this.#job;
    const request = this.#investigation?.request ?? this.#asked.request;
    const { requester } = where;
    const episode = this.#episode;
    const { remediations = [], watch } = since;
    return rootMessage({ id, cluster, request, requester, progress, silence, remediations, watch, episode });
  }

  /** Nobody reads a report any more that starts after its reader has left. */
  async #giveUp(progress: Progress | undefined): Promise<void> {
    await this.#tools.records.cancel(this.#job.id, retentionSeconds);
    await this.#thread.settle('root', this.#root(progress, 'given-up'));
  }

  async #finish(progress: Progress): Promise<void> {
    if (progress.phase !== 'ended') return this.#settleRoot(progress);
    const { report } = progress;
    const remediations = await this.#remediations(report);
    await this.#settleRoot(progress);
    for (const [index, message] of hypothesesMessages(report, false).entries()) {
      await this.#thread.settle(`hypotheses-${index + 1}`, message);
    }
    const isUnproven = leftUnproven(report, await this.#tools.records.evidence(report.id)).length > 0;
    await this.#postAll('conclusion', withFollowUps(conclusionMessages(report), report.id, isUnproven));
    const notes = await this.#tools.records.followUps.notes(report.id);
    const evidence = evidenceMessage(withNotes(report, notes));
    if (evidence !== undefined) await this.#thread.post('evidence', evidence);
    await postFiles(report, this.#thread, { ...this.#tools, where: this.#job.where });
    const { cluster, where } = this.#job;
    const place = { cluster, channel: where.channel };
    if (this.#tools.remediation === 'off') await postByHand(report.proposals, this.#thread);
    else for (const one of remediations) await postProposal(one, this.#thread, place, this.#tools);
    if (this.#episode !== undefined) await this.#settleRoot(progress);
  }

  /** With what the alerts say and what people did by now, however long the edit had to wait. */
  async #settleRoot(progress: Progress): Promise<void> {
    const { remediations, followUps } = this.#tools.records;
    const { id } = this.#job;
    await this.#thread.settle('root', async () => {
      await this.#look();
      const since = { remediations: await remediations.of(id), watch: await followUps.watch(id) };
      return this.#root(progress, 'none', since);
    });
  }

  async #remediations({ proposals }: Report): Promise<readonly Remediation[]> {
    const { where, id } = this.#job;
    const { records, remediation, remediate } = this.#tools;
    if (remediation === 'off') return [];
    const created = await Promise.all(
      proposals.map((proposal) =>
        createRemediation(records, { proposal, investigation: id, requester: where.requester }),
      ),
    );
    // Alerts that are over from here on find them; those that were over before could not.
    const isQuiet = (await records.episodes.read(this.#asked.episode ?? id))?.resolvedAt !== undefined;
    if (isQuiet) return Promise.all(created.map((one) => this.#withdraw(one)));
    await Promise.all(created.map((one) => askForPreview(remediate, one)));
    return created;
  }

  async #withdraw(created: Remediation): Promise<Remediation> {
    const { id } = created.proposal;
    const { remediations } = this.#tools.records;
    const taken = await remediations.take(id, { kind: 'withdraw', why: whyWithdrawn });
    return 'next' in taken ? taken.next : (taken.now ?? created);
  }

  async #postAll(role: string, messages: readonly Message[]): Promise<void> {
    for (const [index, message] of messages.entries()) {
      await this.#thread.post(`${role}-${index + 1}`, message);
    }
  }
}
