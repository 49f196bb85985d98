import type { Evidence } from '../core/evidence.ts';
import { happenedIn } from '../core/post-incident/happened.ts';
import { makeIncident, type Incident } from '../core/post-incident/incident.ts';
import { version } from '../platform/version.ts';
import { readEnded, type NotEnded } from './ended.ts';
import type { Records } from './records.ts';

/** An investigation with all that came of it, or why there is nothing to tell. */
export type IncidentRead =
  | {
      readonly kind: 'incident';
      readonly incident: Incident;
      /** What it found, by id. */
      readonly evidence: ReadonlyMap<string, Evidence>;
    }
  | NotEnded;

/** Puts together what Redis holds of an incident; the same records give the same one each time. `netcheck run` has no cluster. */
export async function readIncident(
  records: Records,
  cluster: string | undefined,
  id: string,
): Promise<IncidentRead> {
  const read = await readEnded(records, id);
  if (read.kind !== 'ended') return read;
  const { investigation, report } = read;
  const [asked, settled, evidence, remediations, notes] = await Promise.all([
    records.asked(id),
    records.settled(id),
    records.evidence(id),
    records.remediations.of(id),
    records.followUps.notes(id),
  ]);
  const episode = await records.episodes.read(asked?.episode ?? id);
  const requester = asked?.where.requester.name ?? settled?.requester;
  const recorded = {
    netcheck: version,
    request: investigation.request,
    requestedAt: asked?.requestedAt ?? investigation.startedAt,
    report,
    remediations: [...remediations],
    happened: happenedIn(episode, notes),
    ...(cluster !== undefined && { cluster }),
    ...(settled !== undefined && { playbooks: settled.playbooks }),
    ...(requester !== undefined && { requester }),
  };
  return { kind: 'incident', incident: makeIncident(recorded, [...evidence.values()]), evidence };
}
