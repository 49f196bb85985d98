import type { ProberKind } from '../../core/probe-task.ts';
import { Cannot } from '../cannot.ts';
import type { Run } from '../run.ts';

/** Makes the attempts of one task. Throws Cannot where it cannot look at all. */
export type Probe = (run: Run) => Promise<void>;

/** Only the one that is wanted is read from disk: the prober starts in a fraction of a second. */
const kinds: Partial<Record<ProberKind, () => Promise<{ probe: Probe }>>> = {
  http: () => import('./http.ts'),
  idle: () => import('./idle.ts'),
  ladder: () => import('./ladder.ts'),
  mesh: () => import('./mesh.ts'),
  'server-first': () => import('./server-first.ts'),
  tcp: () => import('./tcp.ts'),
  tls: () => import('./tls.ts'),
  'transparent-proxy': () => import('./transparent-proxy.ts'),
  udp: () => import('./udp.ts'),
  dns: () => import('./dns.ts'),
  'source-ports': () => import('./source-ports.ts'),
  counters: () => import('./counters.ts'),
  mtu: () => import('./mtu.ts'),
  path: () => import('./path.ts'),
};

export async function loadKind(kind: ProberKind): Promise<Probe> {
  const load = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (load === undefined) throw new Cannot('rejected', `Unexpected probe ${JSON.stringify(kind)}`);
  return (await load()).probe;
}
