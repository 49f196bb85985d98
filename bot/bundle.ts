import type { Bundle } from '../core/bundle.ts';
import { makeBundle } from '../core/make-bundle.ts';
import { playbooksFor } from '../core/playbook/recorded.ts';
import { version } from '../platform/version.ts';
import { readEnded, type NotEnded } from './ended.ts';
import type { Records } from './records.ts';

/** The bundle of an investigation, or why there is none. */
export type BundleRead =
  | { readonly kind: 'bundle'; readonly bundle: Bundle }
  | NotEnded
  /** What it went by is not kept any more, or never was. */
  | { readonly kind: 'incomplete' };

/** Puts together what Redis holds of an investigation; the same one gives the same bundle each time. */
export async function readBundle(records: Records, id: string): Promise<BundleRead> {
  const read = await readEnded(records, id);
  if (read.kind !== 'ended') return read;
  const { report } = read;
  const { request, startedAt } = read.investigation;

  const settled = await records.settled(id);
  const playbooks = settled && (await records.playbooks(settled.playbooks));
  if (settled === undefined || playbooks === undefined) return { kind: 'incomplete' };
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
