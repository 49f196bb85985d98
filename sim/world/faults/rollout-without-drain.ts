import { burst, sum, type Flow } from '../flow.ts';
import type { NodePlan, PodPlan, Traffic } from '../plan.ts';
import { settled, type Placement } from '../pods.ts';
import { answered, failed, immediate } from '../traffic.ts';

/** When the rollouts began, in seconds since the world did. */
const rollouts = [-22 * 60, -8 * 60] as const;

const secondsBetweenPods = 25;
/** terminationGracePeriodSeconds: the process closes its listener at once, and then takes this long to go. */
const graceSeconds = 30;
/** Until every proxy has learnt that the endpoint is gone. */
const staleSeconds = 5;

/** Each rollout replaces one replica after the other: a new pod first, then the old one is deleted. */
export function rolledOut(nodes: readonly NodePlan[], firstHost: number): Placement[] {
  const bounds = [undefined, ...rollouts, undefined];
  return [...rollouts, undefined].flatMap((_, revision) =>
    nodes.map((node, replica) => {
      const arrives = bounds[revision];
      const leaves = bounds[revision + 1];
      const created = arrives === undefined ? settled.created : arrives + secondsBetweenPods * replica;
      const deleted = leaves === undefined ? Infinity : leaves + secondsBetweenPods * replica + 12;
      return {
        node,
        host: firstHost + revision * nodes.length + replica,
        revision: revision + 1,
        life: { created, ready: created + 10, deleted, gone: deleted + graceSeconds },
      };
    }),
  );
}

/** Whatever is sent to a pod between its end and the news of it is refused; this ingress tries no other. */
export function undrainedTraffic(
  controller: PodPlan,
  requests: Flow,
  requestsPerSecond: number,
  pods: readonly PodPlan[],
): Traffic[] {
  const replicas = pods.length / (rollouts.length + 1);
  const lostPerPod = (requestsPerSecond / replicas) * staleSeconds;
  const deletions = pods.map(({ life }) => life.deleted).filter(Number.isFinite);
  const lost = sum(deletions.map((deleted) => burst(deleted, staleSeconds, lostPerPod)));
  return [answered(controller, (t) => requests(t) - lost(t)), failed(controller, lost, 502, immediate)];
}
