import { isRight } from './judge-run.ts';
import type { Run } from './run.ts';

/** What is left of a run for the table. */
export interface Outcome {
  readonly faults: readonly string[];
  readonly seed: number;
  readonly right: boolean;
  readonly accused: readonly string[];
  /** Seconds from typing until the conclusion stood in the thread. */
  readonly conclusion: number;
  /** How much longer the whole investigation took than its longest look. */
  readonly ratio: number;
  readonly probes: number;
  readonly connections: number;
  /** What netcheck concluded. */
  readonly summary: string;
}

export function outcomeOf(run: Run): Outcome {
  const { faults, seed, mistakes, seconds, slowestLook, probes, connections, report } = run;
  return {
    ...{ faults, seed, probes, connections },
    right: isRight(mistakes),
    accused: mistakes.accused,
    conclusion: seconds.conclusion,
    ratio: slowestLook === 0 ? 1 : report.timings.totalMs / 1000 / slowestLook,
    summary: report.conclusion.summary,
  };
}

/** Markdown: a row for each fault, and one for all of them. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const byFault = Map.groupBy(outcomes, ({ faults }) => faults.join(' + '));
  const rows = [...byFault].map(([name, all]) => rowOf(`\`${name}\``, all));
  const head = [
    '| fault | right | wrongly accused | conclusion p50 / p95 | whole / longest look | arms of probes | attempts |',
    '|---|---|---|---|---|---|---|',
  ];
  return [...head, ...rows, ...(byFault.size > 1 ? [rowOf('all', outcomes)] : []), ''].join('\n');
}

function rowOf(name: string, all: readonly Outcome[]): string {
  const right = all.filter((one) => one.right).length;
  const accused = all.filter((one) => one.accused.length > 0).length;
  const times = all.map(({ conclusion }) => conclusion);
  const cells = [
    name,
    `${right} of ${all.length}`,
    String(accused),
    `${quantile(times, 0.5).toFixed(1)} / ${quantile(times, 0.95).toFixed(1)} s`,
    quantile(ratiosOf(all), 0.5).toFixed(2),
    quantile(probesOf(all), 0.5).toFixed(0),
    quantile(attemptsOf(all), 0.5).toFixed(0),
  ];
  return `| ${cells.join(' | ')} |`;
}

const ratiosOf = (all: readonly Outcome[]): readonly number[] => all.map(({ ratio }) => ratio);
const probesOf = (all: readonly Outcome[]): readonly number[] => all.map(({ probes }) => probes);
const attemptsOf = (all: readonly Outcome[]): readonly number[] => all.map(({ connections }) => connections);

/** The nearest rank: a value that was seen. NaN of nothing. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}
