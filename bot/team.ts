import { findingOf, teamStatistics, type Finding, type TeamStatistics } from '../core/team-statistics.ts';
import type { Records } from './records.ts';

/** As many of the latest investigations are looked at: the alerts of a busy week. */
const mostInvestigations = 2000;
/** Read at once; in between others have their turn. */
const atOnce = 20;

/** `isCut`: there are more than were looked at. */
export interface Team extends TeamStatistics {
  readonly isCut: boolean;
}

/** What became of the investigations that were asked for since `from` (unix milliseconds). */
export async function readTeam(records: Records, from: number): Promise<Team> {
  const ids = await records.recent(mostInvestigations);
  const findings: Finding[] = [];
  for (let first = 0; first < ids.length; first += atOnce) {
    const some = ids.slice(first, first + atOnce);
    const read = (await Promise.all(some.map((id) => find(records, id, from)))).flat();
    findings.push(...read);
    // They are the newest first.
    if (read.length === 0) break;
  }
  return { ...teamStatistics(findings), isCut: findings.length === mostInvestigations };
}

async function find(records: Records, id: string, from: number): Promise<Finding[]> {
  const asked = await records.asked(id);
  if (asked === undefined || asked.requestedAt < from) return [];
  const [investigation, remediations, isCancelled] = await Promise.all([
    records.investigation(id),
    records.remediations.of(id),
    records.isCancelled(id),
  ]);
  // No worker may have taken it before it was cancelled.
  const unheard = isCancelled ? ({ phase: 'cancelled' } as const) : undefined;
  return [findingOf(asked.trigger, investigation?.progress ?? unheard, remediations)];
}
