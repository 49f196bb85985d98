import { AttemptFacts } from '../../../core/facts/attempts.ts';
import type { LatencySignature } from '../../../core/facts/findings.ts';
import type { Probed } from './prober.ts';

/** What the times of the attempts have in common, as a playbook sees it. */
export function classified(probed: Probed | undefined): LatencySignature {
  const attempts = probed?.attempts ?? [];
  return new AttemptFacts(
    attempts.map(({ n, to, ok, ms }) => ({ from: 'pod', to, n, ok, seconds: ms / 1000 })),
  ).signature();
}
