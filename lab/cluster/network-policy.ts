import type { Pod } from '../../sim/cluster/objects/kinds.ts';
import type { ClusterSim } from '../../sim/cluster/start-cluster.ts';
import type { Sandbox } from '../net/sandbox.ts';
import { policyRules, type NetworkPolicy } from './policy-rules.ts';

/** What a CNI plugin that knows NetworkPolicies does: the rules of every node follow the objects. */
export interface PolicyAgent {
  /** Waits until all nodes have what the objects say now. */
  settled(): Promise<void>;
  close(): void;
}

const resource = 'networkpolicies.networking.k8s.io';
const concerns = new Set([resource, 'pods', 'namespaces']);

export function startNetworkPolicies(
  sandbox: Sandbox,
  cluster: ClusterSim,
  nodes: readonly { readonly name: string }[],
): PolicyAgent {
  const inForce = new Map<string, string>();
  let running: Promise<void> = Promise.resolve();
  let isDue = false;

  const sync = async (): Promise<void> => {
    isDue = false;
    const policies = cluster.objects.list(resource) as readonly NetworkPolicy[];
    // Most clusters have none, and pods come and go all the time.
    if (policies.length === 0 && inForce.size === 0) return;
    const pods = cluster.objects.list('pods') as readonly Pod[];
    const namespaces = cluster.objects.list('namespaces');
    await Promise.all(
      nodes.map(async ({ name }) => {
        const rules = policyRules(name, { policies, pods, namespaces });
        if (inForce.get(name) === rules) return;
        await sandbox.run(['nft', '-f', '-'], { netns: name, input: rules });
        inForce.set(name, rules);
      }),
    );
  };
  // One after the other, and what comes meanwhile is one more round.
  const due = (): void => {
    if (isDue) return;
    isDue = true;
    running = running.then(sync).catch(() => undefined);
  };
  const stop = cluster.objects.subscribe((event) => {
    if (concerns.has(event.resource)) due();
  });
  due();

  return {
    async settled() {
      due();
      await running;
    },
    close: stop,
  };
}
