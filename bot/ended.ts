import { isOver, type Investigation } from '../core/progress.ts';
import type { Report } from '../core/report.ts';
import type { Records } from './records.ts';

/** An investigation that has ended in a report, or why it is none. */
export type EndedRead =
  { readonly kind: 'ended'; readonly investigation: Investigation; readonly report: Report } | NotEnded;

export type NotEnded =
  /** Never asked for here, or so long ago that it is forgotten. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'under-way' }
  | { readonly kind: 'no-report'; readonly investigation: Investigation };

export async function readEnded(records: Records, id: string): Promise<EndedRead> {
  const investigation = await records.investigation(id);
  if (investigation === undefined)
    return { kind: (await records.asked(id)) === undefined ? 'unknown' : 'under-way' };
  const { progress } = investigation;
  if (!isOver(progress)) return { kind: 'under-way' };
  if (progress.phase !== 'ended') return { kind: 'no-report', investigation };
  return { kind: 'ended', investigation, report: progress.report };
}
