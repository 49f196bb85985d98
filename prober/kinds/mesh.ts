import { Cannot } from '../cannot.ts';
import { farEnd } from '../far-end.ts';
import type { Run } from '../run.ts';

/** Tries many peers, in turn. `failing_peers` are those that failed at least once, the worst first. */
export async function probe(run: Run): Promise<void> {
  for (const { host, labels } of run.task.targets)
    if (labels?.['peer'] === undefined)
      throw new Cannot('rejected', `Unexpected end, expected the label peer at ${host}`);
  const failures = new Map<string, number>();
  const attempt = await farEnd(run);
  await run.each(async (one) => {
    const outcome = await attempt(one);
    const peer = one.target.labels?.['peer'] ?? '';
    if (!outcome.ok && !one.signal.aborted) failures.set(peer, (failures.get(peer) ?? 0) + 1);
    return outcome;
  });
  run.facts['failing_peers'] = [...failures].sort(([, a], [, b]) => b - a).map(([peer]) => peer);
}
