import type { ProbeTask } from '../../core/probe-task.ts';
import { longestDeadline, mostAtOnce } from '../../core/probe-task.ts';

/** What all probes together may do. */
export interface Limits {
  /** Starts a second of one cluster, over all probes at once. */
  readonly perSecond: number;
  /** Probes at once in one cluster. */
  readonly probesAtOnce: number;
}

/** Milliseconds from the order to start a pod until all arms begin together. */
export const startTogetherMs = 3000;
/** Seconds that a place may take to start its prober. */
export const startSeconds = 30;
/** Seconds that are left to print what was found. */
const endSeconds = 3;

/** The pace of one arm, in seconds between two starts, such that all probes at once keep to the cluster's rate. */
export function paceOf(wanted: number, arms: number, { perSecond, probesAtOnce }: Limits): number {
  return Math.max(wanted, (arms * probesAtOnce) / perSecond);
}

/** Enough at once that slow attempts do not hold up the pace. */
export function concurrencyOf(pace: number, timeout: number): number {
  return Math.min(mostAtOnce, Math.max(1, Math.ceil(timeout / Math.max(pace, 0.001))));
}

/** Seconds until an arm must be over, counted from the start of its program. */
export function deadlineOf(
  task: Pick<ProbeTask, 'attempts' | 'pace' | 'timeout'>,
  waits: number,
  waitMs: number,
): number {
  const seconds = waitMs / 1000 + waits + task.attempts * task.pace * 1.5 + 2 * task.timeout + endSeconds;
  return Math.min(longestDeadline, Math.ceil(seconds));
}
