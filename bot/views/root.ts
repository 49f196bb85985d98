import { sayDuration } from '../../core/duration.ts';
import { headlineOf } from '../../core/headline.ts';
import type { Progress } from '../../core/progress.ts';
import type { Remediation } from '../../core/remediation/state.ts';
import { sayOutcomeKind } from '../../core/remediation/say-outcome.ts';
import type { Report } from '../../core/report.ts';
import { nameOf } from '../../core/target.ts';
import { episodeBlocks, isQuiet, sayEpisode } from './episode.ts';
import { marks } from './marks.ts';
import { context, section, type Message } from './message.ts';
import { askWhich, suggestNearest } from './question.ts';
import { subjectOf, type RootState } from './root-state.ts';
import { bold, fallback, line, sayElapsed, sayTime } from './text.ts';
import { sayWatch } from './watch.ts';

/** The one message in the channel: what is looked at, how far, and at last what it was. */
export function rootMessage(state: RootState): Message {
  const { progress } = state;
  if (progress?.phase === 'which') return askWhich(state, progress.candidates);
  if (progress?.phase === 'not-found') return suggestNearest(state, progress.nearest);
  const { headline, rest, ...found } = headOf(state);
  const mark = isQuiet(state.episode) ? marks.quiet : found.mark;
  return {
    text: fallback(`netcheck: ${sayRoot(state)}`),
    blocks: [
      section(
        `${mark} ${[bold(headline, 1200), ...rest.map((part) => line(part, 300))].filter(Boolean).join(' · ')}`,
      ),
      ...episodeBlocks(state.episode),
      context(line(aboutOf(state), 600)),
    ],
  };
}

/** The same in one line of plain words, not escaped. */
export function sayRoot(state: RootState): string {
  const { headline, rest } = headOf(state);
  return [headline, ...rest, ...sayEpisode(state.episode)].join(' · ');
}

const conclusionMarks: Readonly<Record<Report['conclusion']['kind'], string>> = {
  'cause-found': '✓',
  'not-the-network': '✓',
  narrowed: '●',
  inconclusive: '?',
};

interface Headline {
  readonly mark: string;
  readonly headline: string;
  readonly rest: readonly string[];
}

function headOf(state: RootState): Headline {
  const { progress } = state;
  const name = subjectOf(state.request);
  switch (progress?.phase) {
    case undefined:
    case 'queued':
      return { mark: '…', headline: name, rest: waitingFor(state) };
    case 'gathering':
      return {
        mark: '…',
        headline: nameOf(progress.report.target),
        rest: [...progressOf(progress), ...silenceOf(state)],
      };
    case 'ended': {
      const { report } = progress;
      const mended = state.remediations.flatMap(mendedOf);
      return {
        mark: conclusionMarks[report.conclusion.kind],
        headline: headlineOf(report),
        rest: [sayElapsed(report.timings.totalMs), ...mended, ...sayWatch(state.watch)],
      };
    }
    case 'failed':
      return { mark: '✗', headline: name, rest: [`netcheck failed: ${progress.why}`] };
    case 'cancelled':
      return { mark: '✗', headline: name, rest: ['cancelled'] };
    case 'which':
      return { mark: '?', headline: name, rest: ['which one?'] };
    case 'not-found':
      return { mark: '?', headline: name, rest: ['no such Service'] };
  }
}

function waitingFor(state: RootState): string[] {
  if (state.held === undefined) return ['looking it up', ...silenceOf(state)];
  const { until, ahead } = state.held;
  const others = ahead === 0 ? '' : `, ${ahead === 1 ? '1 other goes' : `${ahead} others go`} first`;
  return [`queued: starts at ${sayTime(until)}${others}`];
}

function progressOf({ report, total, probing }: Extract<Progress, { phase: 'gathering' }>): string[] {
  const { evidence, hypotheses } = report;
  const having = (status: string): number => hypotheses.filter((verdict) => verdict.status === status).length;
  const confirmed = having('confirmed');
  const ruledOut = having('eliminated');
  return [
    `looking: ${Math.min(evidence.length, total)} of ${total}`,
    ...(confirmed > 0 ? [`${confirmed} confirmed`] : []),
    ...(ruledOut > 0 ? [`${ruledOut} ruled out`] : []),
    ...(probing === undefined
      ? []
      : [`probing for about ${Math.ceil(probing.seconds)} s: ${probing.titles.join('; ')}`]),
  ];
}

function mendedOf({ state, proposal }: Remediation): string[] {
  if (proposal.trial !== undefined) return trialOf(state);
  switch (state.step) {
    case 'proposed':
    case 'dismissed':
    case 'withdrawn':
      return [];
    case 'approved':
    case 'applying':
      return ['applying a fix'];
    case 'applied':
      return ['fix applied, checking again'];
    case 'verified':
      return [state.outcome.kind === 'cannot-tell' ? 'fix unproven' : sayOutcomeKind(state.outcome.kind)];
    case 'failed':
      return ['not fixed: nothing was changed'];
    case 'unknown':
      return ['a fix was begun: look at it'];
    case 'undoing':
      return ['taking the fix back'];
    case 'undone':
      return ['fix taken back'];
    case 'undo-failed':
      return ['the fix could not be taken back'];
  }
}

function trialOf({ step }: Remediation['state']): string[] {
  if (step === 'undone') return ['trial over'];
  if (step === 'unknown' || step === 'undo-failed') return ['a trial could not be ended: look at it'];
  const isUnderWay = ['applying', 'applied', 'verified', 'undoing'].includes(step);
  return isUnderWay ? ['a trial is under way'] : [];
}

function silenceOf({ silence, cluster }: RootState): string[] {
  switch (silence) {
    case 'none':
      return [];
    case 'long':
      return [`no worker of cluster ${cluster} answers, still waiting`];
    case 'given-up':
      return [
        `no worker of cluster ${cluster} answered, gave up. Is netcheck worker running there? Then ask again`,
      ];
  }
}

function aboutOf({ id, request, requester, progress }: RootState): string {
  const report = progress !== undefined && 'report' in progress ? progress.report : undefined;
  const target = report?.target;
  const to = request.destination;
  return [
    ...(target === undefined ? [] : [nameOf(target)]),
    ...(target?.workload === undefined ? [] : [target.workload]),
    ...(to === undefined ? [] : [`to ${to.host}${to.port === undefined ? '' : `:${to.port}`}`]),
    `last ${sayDuration(request.windowSeconds)}`,
    ...(request.symptom === undefined ? [] : [request.symptom]),
    `asked by ${requester.name}`,
    id,
  ].join(' · ');
}
