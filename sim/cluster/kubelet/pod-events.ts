import { uidOf } from '../objects/ids.ts';
import type { KubeObject } from '../objects/kube-object.ts';
import type { Container, Pod } from '../objects/kinds.ts';
import { timestamp } from '../state.ts';
import type { Cluster } from '../controllers/controller.ts';

export interface PodEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly container?: Container;
}

export interface PodEvents {
  /** From the kubelet of the pod's node: the same event again is counted, not repeated. */
  kubelet(pod: Pod, event: PodEvent): void;
  /** From the scheduler, which has no firstTimestamp, lastTimestamp or source: it speaks events.k8s.io. */
  scheduler(pod: Pod, event: PodEvent): void;
}

/** Events about pods, in core/v1 form, as the components of v1.33 write them. */
export function makePodEvents(cluster: Cluster): PodEvents {
  const written = new Map<string, string>();
  let count = 0;

  const put = (pod: Pod, event: PodEvent, more: (before: KubeObject | undefined) => object): void => {
    const { namespace = '', name, uid = '' } = pod.metadata;
    const alive = cluster.state.store.get('namespaces', '', namespace);
    if (alive === undefined || alive.metadata.deletionTimestamp !== undefined) return;
    const { type, reason, message } = event;
    const key = JSON.stringify([uid, reason, message, event.container?.name]);
    const before = cluster.state.store.get('events', namespace, written.get(key) ?? '');
    const object = {
      ...(before ?? fresh(name, namespace, ++count)),
      involvedObject: referenceTo(pod, event.container),
      type,
      reason,
      message,
      ...more(before),
    };
    written.set(key, object.metadata.name);
    if (before === undefined) cluster.insert('events', object);
    else cluster.replace('events', before, object);
  };

  return {
    kubelet(pod, event) {
      const now = timestamp(cluster.state.now());
      const host = pod.spec.nodeName ?? '';
      put(pod, event, (before) => ({
        eventTime: null,
        firstTimestamp: before?.['firstTimestamp'] ?? now,
        lastTimestamp: now,
        count: Number(before?.['count'] ?? 0) + 1,
        source: { component: 'kubelet', host },
        reportingComponent: 'kubelet',
        reportingInstance: host,
      }));
    },
    scheduler(pod, event) {
      put(pod, event, (before) => ({
        action: event.type === 'Normal' ? 'Binding' : 'Scheduling',
        eventTime: before?.['eventTime'] ?? cluster.state.now().toISOString().replace('Z', '000Z'),
        firstTimestamp: null,
        lastTimestamp: null,
        source: {},
        reportingComponent: 'default-scheduler',
        reportingInstance: 'default-scheduler-control-plane',
      }));
    },
  };
}

/** Ids of their own: what generated names the other objects get does not depend on how much is told. */
const fresh = (pod: string, namespace: string, number: number): KubeObject => {
  const uid = uidOf(`event ${String(number)}`);
  const name = `${pod}.${uid.replaceAll('-', '').slice(0, 16)}`;
  return { apiVersion: 'v1', kind: 'Event', metadata: { name, namespace, uid } };
};

function referenceTo(pod: Pod, container: Container | undefined) {
  const { namespace, name, uid, resourceVersion } = pod.metadata;
  const isEphemeral = pod.spec.ephemeralContainers?.some((one) => one.name === container?.name) ?? false;
  const list = isEphemeral ? 'ephemeralContainers' : 'containers';
  return {
    kind: 'Pod',
    namespace,
    name,
    uid,
    apiVersion: 'v1',
    resourceVersion,
    ...(container === undefined ? {} : { fieldPath: `spec.${list}{${container.name}}` }),
  };
}
