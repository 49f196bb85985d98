import type { Container, PodTemplate, Workload } from '../../../sim/cluster/objects/kinds.ts';
import { toldEnv, withEnv } from '../../cluster/with-env.ts';
import type { Lab } from '../../lab.ts';
import type { Undo } from '../../net/undo.ts';
import { changeTemplate } from './change-template.ts';

/** What checkout calls outside the cluster. */
export interface Calls {
  /** As its pods have it in FAR. */
  readonly far: string;
  /** For how many of the requests to it; some 10 calls a second unless told. */
  readonly share?: number;
}

interface MeshedCalls extends Calls {
  /** What the sidecar of its pods is told; without, they have none. */
  readonly sidecar?: Readonly<Record<string, string>>;
}

const deployment = { resource: 'deployments.apps', namespace: 'shop', name: 'checkout' };

/** Lets the pods of checkout call a far end, through a sidecar of linkerd's or not, and waits until they do. */
export async function letCheckoutCall(lab: Lab, { sidecar, ...calls }: MeshedCalls): Promise<Undo> {
  const undo = await changeTemplate(lab, deployment, (template) => {
    const calling = withEnv(template, envOf(calls));
    return sidecar === undefined ? calling : meshed(calling, sidecar);
  });
  if (sidecar !== undefined)
    await lab.until('connections through every sidecar', async () => {
      const metric = 'tcp_open_total{namespace="shop", pod=~"checkout-.*", peer="src"}';
      const pods = await lab.query(`sum by (pod) (increase(${metric}[10s])) > 0`);
      return pods.length >= lab.podsOf('checkout.shop').length;
    });
  return undo;
}

/** The environment of pods that call it. */
export function envOf({ far, share = 0.3 }: Calls): Readonly<Record<string, string>> {
  return { FAR: far, FAR_SHARE: String(share) };
}

/** Whether that is what they call already. */
export function checkoutCalls(lab: Lab, far: string): boolean {
  return containersOf(lab).some(({ env = [] }) =>
    env.some(({ name, value }) => name === 'FAR' && value === far),
  );
}

/** Whether they have a sidecar, of whichever fault. */
export function isMeshed(lab: Lab): boolean {
  return containersOf(lab).some(({ name }) => name === proxy.name);
}

function containersOf(lab: Lab): readonly Container[] {
  return (lab.cluster.objects.get(deployment) as Workload).spec.template.spec.containers;
}

const proxy: Container = {
  name: 'linkerd-proxy',
  image: 'lab/apps:1',
  command: ['node', 'sidecar.mjs'],
  ports: [{ name: 'linkerd-admin', containerPort: 4191, protocol: 'TCP' }],
  securityContext: { runAsUser: 2102, allowPrivilegeEscalation: false },
};

/** What linkerd's injector makes of it. One that has a sidecar keeps it, and what it was told besides. */
function meshed(
  { metadata = {}, spec }: PodTemplate,
  settings: Readonly<Record<string, string>>,
): PodTemplate {
  const others = spec.containers.filter(({ name }) => name !== proxy.name);
  const present = spec.containers.find(({ name }) => name === proxy.name) ?? proxy;
  return {
    metadata: { ...metadata, annotations: { ...metadata.annotations, 'linkerd.io/inject': 'enabled' } },
    spec: { ...spec, containers: [...others, toldEnv(present, settings)] },
  };
}
