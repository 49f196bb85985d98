import type { Workload } from '../../sim/cluster/objects/kinds.ts';
import type { ClusterSim } from '../../sim/cluster/start-cluster.ts';
import { inTurn } from '../../platform/in-turn.ts';
import { leaveSnatToOthers } from '../net/external-snat.ts';
import type { Sandbox } from '../net/sandbox.ts';
import type { Topology } from '../net/topology.ts';
import type { Undo } from '../net/undo.ts';

const setting = 'AWS_VPC_K8S_CNI_EXTERNALSNAT';

/** What the DaemonSet aws-node does with its setting: with EXTERNALSNAT, nodes no longer translate what pods send out. */
export function followSnatSetting(sandbox: Sandbox, cluster: ClusterSim, topology: Topology): () => void {
  let undo: Undo | undefined;
  const follow = inTurn(async () => {
    const isExternal = settingOf(cluster) === 'true';
    if (isExternal === (undo !== undefined)) return;
    if (isExternal) undo = await leaveSnatToOthers(sandbox, topology);
    else {
      await undo?.();
      undo = undefined;
    }
  });
  return cluster.objects.subscribe(({ resource }) => {
    // The sandbox may be gone by then.
    if (resource === 'daemonsets.apps') follow().catch(() => undefined);
  });
}

function settingOf(cluster: ClusterSim): string | undefined {
  const ref = { resource: 'daemonsets.apps', namespace: 'kube-system', name: 'aws-node' };
  const containers = (cluster.objects.get(ref) as Workload | undefined)?.spec.template.spec.containers ?? [];
  return containers.flatMap(({ env = [] }) => env).find(({ name }) => name === setting)?.value;
}
