import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { localProcesses } from '../../../../sim/cluster/kubelet/local-processes.ts';
import type { Pod } from '../../../../sim/cluster/objects/kinds.ts';
import type { ClusterSim } from '../../../../sim/cluster/start-cluster.ts';
import { until, type clientsFor } from '../clients.ts';

/** The folder that is `/app` in the images of the tests. */
export const root = dirname(fileURLToPath(new URL('./program.ts', import.meta.url)));

export const isRoot = process.getuid?.() === 0 || process.env['CI'] !== undefined;

/** Images that run as whoever runs the tests, as another user, and as one that has a name only. */
export const runner = localProcesses({
  images: {
    'netcheck:test': { root, user: `${String(process.getuid?.())}:${String(process.getgid?.())}` },
    'netcheck:root': { root },
    'netcheck:app': { root, user: '1000:1001' },
    'netcheck:named': { root, user: 'node' },
  },
  enter: (_pod, { name }) => (name === 'elsewhere' ? ['unshare', '--net'] : []),
});

export const container = (args: readonly (string | number)[], more: object = {}) => ({
  name: 'probe',
  image: 'netcheck:test',
  command: ['node', 'program.ts'],
  args: args.map(String),
  ...more,
});

/** Pods of the namespace `shop`, made by the real client. */
export function podsOf(sim: ClusterSim, { core }: ReturnType<typeof clientsFor>) {
  const now = (name: string) =>
    sim.objects.get({ resource: 'pods', namespace: 'shop', name }) as Pod | undefined;
  const log = (name: string, container = 'probe') =>
    (sim.logs.read({ namespace: 'shop', pod: name, container }) ?? []).map(({ text }) => text);
  return {
    now,
    log,
    async create(name: string, containers: readonly object[], spec: object = {}) {
      const body = { metadata: { name }, spec: { restartPolicy: 'Never', containers, ...spec } };
      return core.createNamespacedPod({ namespace: 'shop', body: body as never });
    },
    async untilPhase(name: string, phase: string) {
      await until(() => now(name)?.status?.phase === phase);
      return (await core.readNamespacedPod({ namespace: 'shop', name })).status;
    },
    untilLogged: (name: string, words: string, container = 'probe') =>
      until(() => log(name, container).some((line) => line.includes(words))),
    untilGone: (name: string) => until(() => now(name) === undefined),
    /** `reason: message` of the events about a pod, oldest first. */
    async events(name: string) {
      const fieldSelector = `involvedObject.kind=Pod,involvedObject.name=${name}`;
      const { items } = await core.listNamespacedEvent({ namespace: 'shop', fieldSelector });
      const order = (version: string | undefined) => Number(version ?? 0);
      return items
        .sort((a, b) => order(a.metadata.resourceVersion) - order(b.metadata.resourceVersion))
        .map(({ type = '', reason = '', message = '' }) => `${type} ${reason}: ${message}`);
    },
  };
}
