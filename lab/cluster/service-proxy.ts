import type { EndpointSlice } from '../../sim/cluster/controllers/endpoint-slices.ts';
import type { Service } from '../../sim/cluster/objects/kinds.ts';
import type { ClusterSim } from '../../sim/cluster/start-cluster.ts';
import type { Sandbox } from '../net/sandbox.ts';
import type { Undo } from '../net/undo.ts';
import { inTurn } from '../../platform/in-turn.ts';
import { serviceRules, type ProxiedNode } from './service-rules.ts';

/** What kube-proxy does: the Services' rules of every node follow the objects. */
export interface ServiceProxy {
  /** Waits until all nodes have what the objects say now. */
  settled(): Promise<void>;
  /** Leaves a node with the rules it has, as where kube-proxy hangs; undone, it catches up. */
  freeze(node: string): Undo;
  close(): void;
}

const concerns = new Set(['services', 'endpointslices.discovery.k8s.io']);

export function startServiceProxy(
  sandbox: Sandbox,
  cluster: ClusterSim,
  nodes: readonly ProxiedNode[],
  podNetwork: string,
): ServiceProxy {
  const frozen = new Set<string>();
  const inForce = new Map<string, string>();

  const sync = async (): Promise<void> => {
    const services = cluster.objects.list('services') as readonly Service[];
    const slices = cluster.objects.list('endpointslices.discovery.k8s.io') as readonly EndpointSlice[];
    await Promise.all(
      nodes
        .filter(({ name }) => !frozen.has(name))
        .map(async (node) => {
          const rules = serviceRules(node, services, slices, podNetwork);
          if (inForce.get(node.name) === rules) return;
          await sandbox.run(['nft', '-f', '-'], { netns: node.name, input: rules });
          inForce.set(node.name, rules);
        }),
    );
  };
  const due = inTurn(sync);
  const stop = cluster.objects.subscribe(({ resource }) => {
    // Rules that a node refuses are seen by who waits for them to be in force.
    if (concerns.has(resource)) due().catch(() => undefined);
  });

  return {
    settled: due,
    freeze(node) {
      frozen.add(node);
      return async () => {
        frozen.delete(node);
        await due();
      };
    },
    close: stop,
  };
}
