import type { Container, PodTemplate } from '../../../sim/cluster/objects/kinds.ts';
import type { Lab } from '../../lab.ts';
import type { Undo } from '../../net/undo.ts';
import { changeTemplate } from './change-template.ts';

/** What checkout calls outside the cluster, and what stands between. */
export interface Calls {
  /** As its pods have it in FAR. */
  readonly far: string;
  /** For how many of the requests to it; some 10 calls a second unless told. */
  readonly share?: number;
  /** What the sidecar of its pods is told; without, they have none. */
  readonly sidecar?: Readonly<Record<string, string>>;
}

/** Lets the pods of checkout call a far end, through a sidecar of linkerd's or not, and waits until they do. */
export async function letCheckoutCall(lab: Lab, { far, share = 0.3, sidecar }: Calls): Promise<Undo> {
  const undo = await changeTemplate(lab, { namespace: 'shop', name: 'checkout' }, (template) => {
    const calling = withEnv(template, { FAR: far, FAR_SHARE: String(share) });
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

function withEnv(template: PodTemplate, more: Readonly<Record<string, string>>): PodTemplate {
  const { containers } = template.spec;
  const set = containers.map((one) => ({
    ...one,
    env: [...(one.env ?? []).filter(({ name }) => !Object.hasOwn(more, name)), ...environment(more)],
  }));
  return { ...template, spec: { ...template.spec, containers: set } };
}

/** What linkerd's injector makes of it. */
function meshed(
  { metadata = {}, spec }: PodTemplate,
  settings: Readonly<Record<string, string>>,
): PodTemplate {
  const proxy: Container = {
    name: 'linkerd-proxy',
    image: 'lab/apps:1',
    command: ['node', 'sidecar.mjs'],
    env: environment(settings),
    ports: [{ name: 'linkerd-admin', containerPort: 4191, protocol: 'TCP' }],
    securityContext: { runAsUser: 2102, allowPrivilegeEscalation: false },
  };
  const annotations = { ...metadata.annotations, 'linkerd.io/inject': 'enabled' };
  return {
    metadata: { ...metadata, annotations },
    spec: { ...spec, containers: [...spec.containers, proxy] },
  };
}

function environment(settings: Readonly<Record<string, string>>): NonNullable<Container['env']> {
  return Object.entries(settings).map(([name, value]) => ({ name, value }));
}
