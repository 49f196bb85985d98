import type { Bundle } from '../core/bundle.ts';
import { makeBundle } from '../core/make-bundle.ts';
import { playbooksFor } from '../core/playbook/recorded.ts';
import { isOver, type Investigation } from '../core/progress.ts';
import { version } from '../platform/version.ts';
import type { Records } from './records.ts';

/** The bundle of an investigation, or why there is none. */
export type BundleRead =
  | { readonly kind: 'bundle'; readonly bundle: Bundle }
  /** Never asked for here, or so long ago that it is forgotten. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'under-way' }
  | { readonly kind: 'no-report'; readonly investigation: Investigation }
  /** What it went by is not kept any more, or never was. */
  | { readonly kind: 'incomplete' };

/** Puts together what Redis holds of an investigation; the same one gives the same bundle each time. */
export async function readBundle(records: Records, id: string): Promise<BundleRead> {
  const investigation = await records.investigation(id);
  if (investigation === undefined)
    return { kind: (await records.asked(id)) === undefined ? 'unknown' : 'under-way' };
  const { progress, request, startedAt } = investigation;
  if (!isOver(progress)) return { kind: 'under-way' };
  if (progress.phase !== 'ended') return { kind: 'no-report', investigation };

  const settled = await records.settled(id);
  const playbooks = settled && (await records.playbooks(settled.playbooks));
  if (settled === undefined || playbooks === undefined) return { kind: 'incomplete' };
  const { report } = progress;
  const bundle = makeBundle({
    netcheck: version,
    recordedAt: report.timings.endedAt,
    investigation: { id, request, startedAt },
    settled: { target: settled.target, window: settled.window },
    playbooks: playbooksFor(
      playbooks,
      request.symptom,
      report.hypotheses.map(({ cause }) => cause),
    ),
    evidence: [...(await records.evidence(id)).values()],
    report,
  });
  return { kind: 'bundle', bundle };
}
