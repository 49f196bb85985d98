import { setTimeout as pause } from 'node:timers/promises';
import { retentionSeconds } from '../../core/jobs.ts';
import { isOver, type Progress } from '../../core/progress.ts';
import type { Report } from '../../core/report.ts';
import type { Records } from '../records.ts';
import { silenceAt } from './silence.ts';
import { pollMs } from './tools.ts';

interface Expected {
  readonly id: string;
  readonly cluster: string;
  readonly signal: AbortSignal;
  /** Where it is not wanted any more it is cancelled. */
  readonly isWanted?: () => Promise<boolean>;
}

/** The report of an investigation that is not followed by itself, or in a few words why there will be none. */
export async function endOf(
  records: Records,
  { id, cluster, signal, isWanted }: Expected,
): Promise<{ readonly report: Report } | { readonly why: string }> {
  let newsAt = Date.now();
  let rank: number | undefined;
  let progress: Progress | undefined;
  for (;;) {
    signal.throwIfAborted();
    const newest = await records.investigationRank(id);
    if (newest !== rank) {
      rank = newest;
      newsAt = Date.now();
      progress = (await records.investigation(id))?.progress;
    }
    if (progress?.phase === 'ended') return { report: progress.report };
    if (progress !== undefined && isOver(progress)) return { why: whyNone(progress) };
    if ((await isWanted?.()) === false) await records.cancel(id, retentionSeconds);
    if (await records.isCancelled(id)) return { why: 'it was cancelled' };
    if (silenceAt(Date.now(), newsAt, progress) === 'given-up') {
      await records.cancel(id, retentionSeconds);
      return { why: `no worker of cluster ${cluster} answered` };
    }
    await pause(pollMs, undefined, { signal });
  }
}

function whyNone(progress: Progress): string {
  if (progress.phase === 'failed') return progress.why;
  return progress.phase === 'cancelled' ? 'it was cancelled' : 'the Service is not there any more';
}
