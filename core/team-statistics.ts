import { blindSpotsOf, type BlindSpot } from './blind-spot.ts';
import type { Conclusion } from './conclusion.ts';
import { isOver, type Progress } from './progress.ts';
import type { Outcome } from './remediation/outcome.ts';
import type { Remediation } from './remediation/state.ts';
import type { Trigger } from './trigger.ts';

/** How an investigation ended; `open` where it has not. */
export type End = Conclusion['kind'] | Exclude<Progress['phase'], 'queued' | 'gathering' | 'ended'> | 'open';

/** What statistics keep of one investigation: many reports are more than there is room for. */
export interface Finding {
  readonly trigger: Trigger | 'other';
  readonly end: End;
  /** Milliseconds to the conclusion, where there is one. */
  readonly totalMs?: number;
  /** Titles of the causes that were found. */
  readonly causes: readonly string[];
  readonly blind: readonly BlindSpot[];
  readonly changes: readonly Change[];
}

/** A change that was made, and what came of it as far as that is known. */
interface Change {
  readonly outcome: Outcome['kind'] | 'not-known-yet';
  readonly isUndone: boolean;
}

interface Counted<T extends string = string> {
  readonly name: T;
  readonly count: number;
}

export interface TeamStatistics {
  readonly investigations: number;
  readonly triggers: readonly Counted<Finding['trigger']>[];
  readonly ends: readonly Counted<End>[];
  /** Of those with a conclusion, in milliseconds; absent where there is none. */
  readonly timeToConclusion?: { readonly median: number; readonly p95: number };
  readonly causes: readonly Counted[];
  /** `investigations` could not look there; the most hindered first. */
  readonly blind: readonly (BlindSpot & { readonly investigations: number })[];
  readonly changes: {
    readonly made: number;
    readonly outcomes: readonly Counted<Change['outcome']>[];
    readonly undone: number;
  };
}

/** What one investigation adds; `progress` is undefined until a worker has taken it. */
export function findingOf(
  trigger: Trigger | undefined,
  progress: Progress | undefined,
  remediations: readonly Remediation[],
): Finding {
  const report = progress?.phase === 'ended' ? progress.report : undefined;
  const blind = report?.evidence.flatMap(blindSpotsOf) ?? [];
  return {
    trigger: trigger ?? 'other',
    end: endOf(progress),
    ...(report && { totalMs: report.timings.totalMs }),
    causes: report === undefined ? [] : causesFound(report),
    blind: [...new Map(blind.map((one) => [keyOf(one), one])).values()],
    changes: remediations.flatMap(changeOf),
  };
}

function endOf(progress: Progress | undefined): End {
  if (progress === undefined || !isOver(progress)) return 'open';
  return progress.phase === 'ended' ? progress.report.conclusion.kind : progress.phase;
}

/** Where it was only narrowed down, the conclusion names what may be a cause and is not found. */
function causesFound({
  conclusion,
  hypotheses,
}: Extract<Progress, { phase: 'ended' }>['report']): readonly string[] {
  if (conclusion.kind !== 'cause-found' && conclusion.kind !== 'not-the-network') return [];
  return hypotheses
    .filter(({ cause, status }) => status === 'confirmed' && conclusion.causes.includes(cause))
    .map(({ title }) => title);
}

/** A trial takes itself back and mends nothing; it is no change of the team's. */
function changeOf({ trail, state, proposal }: Remediation): Change[] {
  if (proposal.trial !== undefined || !trail.some(({ what }) => what === 'applied')) return [];
  const outcome = 'outcome' in state ? state.outcome?.kind : undefined;
  return [{ outcome: outcome ?? 'not-known-yet', isUndone: state.step === 'undone' }];
}

export function teamStatistics(findings: readonly Finding[]): TeamStatistics {
  const changes = findings.flatMap((one) => one.changes);
  const times = findings.flatMap(({ totalMs }) => totalMs ?? []).sort((a, b) => a - b);
  const [median, p95] = [rankedAt(times, 0.5), rankedAt(times, 0.95)];
  return {
    investigations: findings.length,
    triggers: count(findings.map(({ trigger }) => trigger)),
    ends: count(findings.map(({ end }) => end)),
    ...(median !== undefined && p95 !== undefined && { timeToConclusion: { median, p95 } }),
    causes: count(findings.flatMap(({ causes }) => causes)),
    blind: blindOf(findings),
    changes: {
      made: changes.length,
      outcomes: count(changes.map(({ outcome }) => outcome)),
      undone: changes.filter(({ isUndone }) => isUndone).length,
    },
  };
}

function blindOf(findings: readonly Finding[]): TeamStatistics['blind'] {
  const spots = new Map(findings.flatMap(({ blind }) => blind.map((one) => [keyOf(one), one] as const)));
  return count(findings.flatMap(({ blind }) => blind.map(keyOf))).flatMap(
    ({ name, count: investigations }) => {
      const spot = spots.get(name);
      return spot === undefined ? [] : [{ ...spot, investigations }];
    },
  );
}

function keyOf({ what, reason, mend }: BlindSpot): string {
  return `${reason}\n${what}\n${mend}`;
}

/** The most frequent first; of equals the one that comes first in the alphabet, so that the order is always the same. */
function count<T extends string>(names: readonly T[]): Counted<T>[] {
  return [...Map.groupBy(names, (name) => name)]
    .map(([name, all]) => ({ name, count: all.length }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}

/** The smallest of the sorted values that at least this share of them does not exceed. */
function rankedAt(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}
