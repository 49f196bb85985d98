import { KubeConfig } from '@kubernetes/client-node';
import { clusterAdmin, type Identity } from '../../../sim/cluster/identities.ts';
import type { ClusterSim } from '../../../sim/cluster/start-cluster.ts';
import { createClusterReader } from '../../../workers/adapters/kubernetes.ts';
import type { ClusterReader } from '../../../workers/ports.ts';

/*
 * Small Kubernetes objects, as one YAML text each: JSON is YAML, and everything that a test does not speak of has a
 * default here.
 */

type Labels = Readonly<Record<string, string>>;

export function yaml(...objects: readonly object[]): string {
  return objects.map((object) => JSON.stringify(object)).join('\n---\n');
}

export function namespace(name: string): object {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

export function node(name: string, conditions: Labels = { Ready: 'True' }, kernelVersion = '6.1.0'): object {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    spec: { podCIDR: `10.244.${octetOf(name)}.0/24` },
    status: {
      addresses: [{ type: 'InternalIP', address: '192.168.0.10' }],
      conditions: Object.entries(conditions).map(([type, status]) => ({ type, status })),
      nodeInfo: { kernelVersion },
    },
  };
}

interface PodOptions {
  readonly labels?: Labels;
  readonly namespace?: string;
  readonly ready?: boolean;
  readonly node?: string;
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
  /** Merged into the pod's spec. */
  readonly spec?: object;
  /** Merged into the container. */
  readonly container?: object;
  readonly created?: string;
  readonly owner?: { readonly kind: string; readonly name: string };
}

/** The same name, the same number from 1 to 250. */
function octetOf(name: string): number {
  return (
    1 + (Array.from(name, (letter) => letter.charCodeAt(0)).reduce((sum, one) => sum * 31 + one, 0) % 250)
  );
}

/** A pod that runs: the stand-in's kubelet makes it ready unless told otherwise. */
export function pod(name: string, options: PodOptions = {}): object {
  const { labels = { app: 'cart' }, ready = true, ports = [{ containerPort: 8080 }], owner } = options;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: options.namespace ?? 'shop',
      labels,
      ...(options.created !== undefined && { creationTimestamp: options.created }),
      ...(owner !== undefined && {
        ownerReferences: [
          { apiVersion: 'apps/v1', uid: `uid-of-${owner.name}`, controller: false, ...owner },
        ],
      }),
    },
    spec: {
      nodeName: options.node ?? 'node-a',
      containers: [{ name: 'app', image: 'registry.example/app:1', ports, ...options.container }],
      ...options.spec,
    },
    status: {
      phase: 'Running',
      podIP: `10.0.0.${octetOf(name)}`,
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    },
  };
}

export function service(name: string, spec: object = {}, inNamespace = 'shop'): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: inNamespace },
    spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }], ...spec },
  };
}

/** A Deployment of two pods, which the stand-in's controllers start, or a DaemonSet. */
export function workload(
  kind: 'Deployment' | 'DaemonSet',
  name: string,
  labels: Labels,
  inNamespace = 'shop',
  container: object = {},
): object {
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace: inNamespace },
    spec: {
      ...(kind === 'Deployment' && { replicas: 2 }),
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'app', image: 'registry.example/app:1', ...container }] },
      },
    },
  };
}

/** A workload of which no pod runs. */
export function scaledToZero(kind: 'Deployment' | 'StatefulSet', name: string, labels: Labels): object {
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace: 'shop' },
    spec: {
      replicas: 0,
      ...(kind === 'StatefulSet' && { serviceName: name }),
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'app', image: 'registry.example/app:1' }] },
      },
    },
  };
}

export function readerFor(sim: ClusterSim, identity: Identity = clusterAdmin): ClusterReader {
  const config = new KubeConfig();
  config.loadFromString(sim.kubeconfig(identity));
  return createClusterReader(config);
}
