import type { Heartbeat } from '../../core/health.ts';
import { keys } from '../../core/jobs.ts';
import { cluster, type Stage } from './stage.ts';

/** Says as a process of the cluster how it is. */
export async function beat({ documents }: Stage, changes: Partial<Heartbeat> = {}): Promise<void> {
  const now = Date.now();
  const well = { since: now - 60_000 };
  const role = changes.role ?? 'worker';
  const said: Heartbeat = {
    process: role,
    role,
    startedAt: now - 120_000,
    at: now,
    version: '1.0.0',
    prometheus: well,
    kubernetes: well,
    ...changes,
  };
  await documents.write(keys.heartbeat(cluster, said.process), now, said);
  await documents.remember(keys.heartbeats(cluster), said.process, said.at);
}
