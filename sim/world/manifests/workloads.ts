import { uidOf } from '../names.ts';
import type { ContainerPlan, PodPlan, WorkloadPlan } from '../plan.ts';
import { existsAt } from '../pods.ts';
import { timestamp, type Manifest } from './manifest.ts';

const weekSeconds = 7 * 24 * 3600;
const apps = 'apps/v1';

function workloadUid(kind: string, namespace: string, name: string): string {
  return uidOf(`${namespace}/${kind}/${name}`);
}

function owned(kind: string, namespace: string, name: string): object[] {
  const uid = workloadUid(kind, namespace, name);
  return [{ apiVersion: apps, kind, name, uid, controller: true, blockOwnerDeletion: true }];
}

function probeOf({ readiness, port = 8080 }: ContainerPlan): object {
  const how = {
    http: { httpGet: { path: '/healthz', port } },
    exec: { exec: { command: ['/bin/healthcheck'] } },
  };
  return readiness === undefined ? {} : { readinessProbe: { ...how[readiness], periodSeconds: 10 } };
}

function containerSpec(container: ContainerPlan, hostNetwork: boolean): object {
  const { name, image, port, cpuLimit, preStop, env, args } = container;
  return {
    name,
    image,
    ...(args === undefined ? {} : { args }),
    ...(env === undefined
      ? {}
      : { env: Object.entries(env).map(([variable, value]) => ({ name: variable, value })) }),
    ...(port === undefined
      ? {}
      : {
          ports: [
            {
              name: 'http',
              containerPort: port,
              protocol: 'TCP',
              ...(hostNetwork ? { hostPort: port } : {}),
            },
          ],
        }),
    resources: {
      requests: { cpu: '100m', memory: '256Mi' },
      ...(cpuLimit === undefined ? {} : { limits: { cpu: `${cpuLimit * 1000}m`, memory: '512Mi' } }),
    },
    ...probeOf(container),
    ...(preStop === true ? { lifecycle: { preStop: { exec: { command: ['sleep', '10'] } } } } : {}),
  };
}

function podSpec(container: ContainerPlan, hostNetwork: boolean): object {
  return {
    ...(hostNetwork ? { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' } : {}),
    terminationGracePeriodSeconds: 30,
    containers: [containerSpec(container, hostNetwork)],
  };
}

function statusOf({ kind, pods }: WorkloadPlan): object {
  const count = pods.filter((pod) => existsAt(pod, 0)).length;
  return kind === 'DaemonSet'
    ? {
        currentNumberScheduled: count,
        desiredNumberScheduled: count,
        numberReady: count,
        numberAvailable: count,
        numberMisscheduled: 0,
        updatedNumberScheduled: count,
        observedGeneration: 1,
      }
    : {
        replicas: count,
        readyReplicas: count,
        availableReplicas: count,
        updatedReplicas: count,
        observedGeneration: 1,
      };
}

export function workloadManifest(workload: WorkloadPlan, startedAt: number): Manifest {
  const { kind, name, namespace, labels, pods, container, hostNetwork } = workload;
  const replicas = pods.filter((pod) => existsAt(pod, 0)).length;
  const rolling =
    kind === 'Deployment'
      ? { replicas, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } }
      : kind === 'StatefulSet'
        ? { replicas, serviceName: name }
        : { updateStrategy: { type: 'RollingUpdate' } };
  return {
    apiVersion: apps,
    kind,
    metadata: {
      name,
      namespace,
      uid: workloadUid(kind, namespace, name),
      creationTimestamp: timestamp(startedAt - weekSeconds),
      generation: 1,
      labels,
    },
    spec: {
      ...rolling,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: podSpec(container, hostNetwork) },
    },
    status: statusOf(workload),
  };
}

/** The ReplicaSets of a Deployment, those of former revisions with no pods left. */
export function replicaSetManifests(workload: WorkloadPlan, startedAt: number): Manifest[] {
  const { kind, name, namespace, container, hostNetwork } = workload;
  if (kind !== 'Deployment') {
    return [];
  }
  const revisions = [...Map.groupBy(workload.pods, (pod) => pod.owner.name)];
  return revisions.map(([replicaSet, pods], i) => {
    const labels = pods[0]?.labels ?? workload.labels;
    const count = pods.filter((pod) => existsAt(pod, 0)).length;
    return {
      apiVersion: apps,
      kind: 'ReplicaSet',
      metadata: {
        name: replicaSet,
        namespace,
        uid: workloadUid('ReplicaSet', namespace, replicaSet),
        creationTimestamp: timestamp(startedAt + Math.min(...pods.map(({ life }) => life.created))),
        generation: 1,
        labels,
        annotations: { 'deployment.kubernetes.io/revision': String(i + 1) },
        ownerReferences: owned('Deployment', namespace, name),
      },
      spec: {
        replicas: count,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: podSpec(container, hostNetwork) },
      },
      status: { replicas: count, readyReplicas: count, availableReplicas: count, observedGeneration: 1 },
    };
  });
}

export function podManifest(pod: PodPlan, startedAt: number): Manifest {
  const { name, namespace, ip, node, container, life, owner } = pod;
  const created = timestamp(startedAt + life.created);
  const ready = timestamp(startedAt + life.ready);
  const started = timestamp(startedAt + life.created + 2);
  const uid = uidOf(`${namespace}/${name}`);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      uid,
      creationTimestamp: created,
      labels: pod.labels,
      ownerReferences: owned(owner.kind, namespace, owner.name),
    },
    spec: { nodeName: node.name, ...podSpec(container, pod.hostNetwork) },
    status: {
      phase: 'Running',
      qosClass: 'Burstable',
      podIP: ip,
      podIPs: [{ ip }],
      hostIP: node.ip,
      startTime: created,
      conditions: ['Initialized', 'PodScheduled', 'ContainersReady', 'Ready'].map((type) => ({
        type,
        status: 'True',
        lastTransitionTime: type === 'Initialized' || type === 'PodScheduled' ? created : ready,
      })),
      containerStatuses: [
        {
          name: container.name,
          image: container.image,
          imageID: `${container.image}@sha256:${uid.replaceAll('-', '').repeat(2)}`,
          containerID: `containerd://${uid.replaceAll('-', '').repeat(2)}`,
          ready: true,
          started: true,
          restartCount: 0,
          state: { running: { startedAt: started } },
        },
      ],
    },
  };
}
