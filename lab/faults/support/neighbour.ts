import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab, LabPod } from '../../lab.ts';
import { once, type Undo } from '../../net/undo.ts';

const namespace = 'shop';
const pollMs = 50;

/** A pod on a node, as of a batch job, that does nothing by itself: programs are started in its network. */
export async function addNeighbour(
  lab: Lab,
  node: string,
): Promise<{ readonly pod: LabPod; readonly undo: Undo }> {
  const name = freeName(lab, `batch-${node}`);
  lab.cluster.apply(`
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: ${namespace}, labels: { app: batch } }
spec:
  nodeName: ${node}
  terminationGracePeriodSeconds: 1
  containers: [{ name: batch, image: batch:1 }]
`);
  const find = (): LabPod | undefined => lab.pods().find((one) => one.name === name);
  await lab.until(`a network for ${name}`, async () => {
    const found = find();
    return found !== undefined && (await hasAddress(lab, found));
  });
  const pod = find();
  if (pod === undefined) throw new Error(`${name} is gone`);
  const undo = once(async () => {
    lab.cluster.objects.remove({ resource: 'pods', namespace, name });
    while (find() !== undefined) await sleep(pollMs);
  });
  return { pod, undo };
}

/** Two faults on one node have a neighbour each. */
function freeName(lab: Lab, base: string): string {
  const taken = new Set(lab.cluster.objects.list('pods', namespace).map(({ metadata }) => metadata.name));
  for (let nth = 1; ; nth++) {
    const name = nth === 1 ? base : `${base}-${nth}`;
    if (!taken.has(name)) return name;
  }
}

/** A route is the last that a pod's network gets. */
async function hasAddress({ sandbox }: Lab, { netns }: LabPod): Promise<boolean> {
  const routes = await sandbox.run(['ip', 'route'], { netns }).catch(() => '');
  return routes.includes('default');
}
