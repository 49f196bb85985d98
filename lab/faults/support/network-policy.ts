import type { KubeObject } from '../../../sim/cluster/objects/kube-object.ts';
import type { Lab } from '../../lab.ts';
import { once, type Undo } from '../../net/undo.ts';

const resource = 'networkpolicies.networking.k8s.io';

/** Applies a NetworkPolicy of the namespace `shop`, as `kubectl apply` does. */
export function applyPolicy(lab: Lab, name: string, spec: object): Undo {
  const policy = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: 'shop' },
    spec,
  } satisfies KubeObject;
  lab.cluster.apply(JSON.stringify(policy));
  return once(() => {
    lab.cluster.objects.remove({ resource, namespace: 'shop', name });
    return Promise.resolve();
  });
}

/** Whether a pod connects to an address now. */
export async function connects(lab: Lab, netns: string, { host, port }: Address): Promise<boolean> {
  const script = `: < /dev/tcp/${host}/${port}`;
  try {
    await lab.sandbox.run(['timeout', '1', 'bash', '-c', script], { netns });
    return true;
  } catch {
    return false;
  }
}

interface Address {
  readonly host: string;
  readonly port: number;
}
