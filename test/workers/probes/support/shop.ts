import { createServer, type Server } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import { localProcesses } from '../../../../sim/cluster/kubelet/local-processes.ts';
import { startCluster, type ClusterOptions, type ClusterSim } from '../../../../sim/cluster/start-cluster.ts';
import { openProberImage } from '../../../../sim/cluster/kubelet/prober-image.ts';
import { read } from '../../../support/repository.ts';

/** The image that probe pods ask for; its containers are processes of this machine. */
export const image = 'netcheck:0.1.0';
export const worker = { namespace: 'netcheck', name: 'netcheck-worker' };

const node = (name: string, address: string): string => `
apiVersion: v1
kind: Node
metadata: { name: ${name}, labels: { kubernetes.io/hostname: ${name} } }
status:
  addresses: [{ type: InternalIP, address: ${address} }]
  conditions: [{ type: Ready, status: 'True' }]
`;

const pod = (name: string, on: string, sidecar: boolean): string => `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { app: checkout } }
spec:
  nodeName: ${on}
  containers:
    - { name: app, image: app }
${sidecar ? '    - { name: linkerd-proxy, image: proxy, securityContext: { runAsUser: 2102 } }' : ''}
status:
  phase: Running
  podIP: 10.244.1.7
  startTime: 2026-11-21T10:00:00Z
  conditions: [{ type: Ready, status: 'True' }]
  containerStatuses:
    - { name: app, ready: true, restartCount: 0, image: app, imageID: a, state: { running: { startedAt: 2026-11-21T10:00:00Z } } }
`;

const manifest = (sidecar: boolean): string =>
  [
    node('node-a', '10.0.0.11'),
    node('node-b', '10.0.0.12'),
    'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n',
    pod('checkout-1', 'node-a', sidecar),
    `
apiVersion: v1
kind: Service
metadata: { name: checkout, namespace: shop }
spec: { selector: { app: checkout }, ports: [{ port: 80, targetPort: 8080 }], clusterIP: 10.96.0.20 }
`,
  ].join('---\n');

/** A shop of one pod on one of two nodes, with all that probes may be granted. `enter` leads into the pods' networks. */
export async function startShop({
  sidecar = false,
  enter,
  ...options
}: { readonly sidecar?: boolean; readonly enter?: Enter } & Omit<
  ClusterOptions,
  'manifests' | 'runners'
> = {}): Promise<ClusterSim> {
  const proberImage = await openProberImage();
  const grants = ['rbac', 'rbac-probes-ephemeral', 'rbac-probes-node'].map((name) =>
    read(`deploy/${name}.yaml`),
  );
  const sim = await startCluster({
    ...options,
    manifests: [manifest(sidecar), ...grants],
    runners: [localProcesses({ images: { [image]: proberImage }, ...(enter !== undefined && { enter }) })],
  });
  return {
    ...sim,
    async close() {
      await sim.close();
      await proberImage.close();
    },
  };
}

type Enter = NonNullable<Parameters<typeof localProcesses>[0]['enter']>;

export function configFor(sim: ClusterSim): KubeConfig {
  const config = new KubeConfig();
  config.loadFromString(sim.kubeconfig(worker));
  return config;
}

/** The pods of netcheck that are there. */
export function probePods(sim: ClusterSim): readonly string[] {
  return ['netcheck-probes', 'netcheck-probes-node'].flatMap((namespace) =>
    sim.objects.list('pods', namespace).map(({ metadata }) => metadata.name),
  );
}

/** A far end on loopback that takes every connection. */
export async function startFarEnd(): Promise<{
  readonly server: Server;
  readonly to: string;
  readonly accepted: () => number;
}> {
  let accepted = 0;
  const server = createServer((socket) => {
    accepted += 1;
    // Whoever connects is done with it, so that the server can be closed.
    socket
      .on('error', () => undefined)
      .on('end', () => socket.destroy())
      .resume();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return { server, to: `127.0.0.1:${port}`, accepted: () => accepted };
}
