import { upstream } from '../dns.ts';
import { uidOf } from '../names.ts';
import { cpusPerNode, kernelVersion } from '../nodes.ts';
import type { NodePlan } from '../plan.ts';
import { timestamp, type Manifest } from './manifest.ts';

const weekSeconds = 7 * 24 * 3600;

export function namespaceManifest(name: string): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
  };
}

export function nodeManifest(node: NodePlan, startedAt: number): Manifest {
  const size = { cpu: String(cpusPerNode), memory: '16Gi', pods: '58' };
  const since = timestamp(startedAt - weekSeconds);
  const condition = (type: string, status: string, reason: string): object => ({
    type,
    status,
    reason,
    lastTransitionTime: since,
  });
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: node.name,
      uid: uidOf(node.name),
      creationTimestamp: since,
      labels: {
        'kubernetes.io/hostname': node.name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'node.kubernetes.io/instance-type': 'm5.xlarge',
        'topology.kubernetes.io/region': node.zone.slice(0, -1),
        'topology.kubernetes.io/zone': node.zone,
      },
    },
    spec: { providerID: `aws:///${node.zone}/${node.name}` },
    status: {
      addresses: [
        { type: 'InternalIP', address: node.ip },
        { type: 'Hostname', address: node.name },
      ],
      capacity: size,
      allocatable: { ...size, cpu: '3920m' },
      conditions: [
        condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory'),
        condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure'),
        condition('PIDPressure', 'False', 'KubeletHasSufficientPID'),
        condition('Ready', 'True', 'KubeletReady'),
      ],
      nodeInfo: {
        architecture: 'amd64',
        operatingSystem: 'linux',
        osImage: 'Amazon Linux 2',
        kernelVersion,
        containerRuntimeVersion: 'containerd://1.7.27',
        kubeletVersion: 'v1.30.9-eks-5d632ec',
        kubeProxyVersion: 'v1.30.9-eks-5d632ec',
        machineID: uidOf(`${node.name}/machine`).replaceAll('-', ''),
        systemUUID: uidOf(`${node.name}/system`),
        bootID: uidOf(`${node.name}/boot`),
      },
    },
  };
}

export function corefile(): Manifest {
  const text = `.:53 {
    errors
    health {
        lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        pods insecure
        fallthrough in-addr.arpa ip6.arpa
    }
    prometheus :9153
    forward . ${upstream.replace(/:53$/, '')}
    cache 30
    loop
    reload
    loadbalance
}
`;
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'coredns', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
    data: { Corefile: text },
  };
}
