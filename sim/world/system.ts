import { daemonSet, deployment, healthyContainer, statefulSet } from './pods.ts';
import type { ContainerPlan, NodePlan, PodPlan, ServicePlan, WorkloadPlan } from './plan.ts';

/** Where the parts of the cluster run that every world has. */
export interface SystemNodes {
  readonly all: readonly NodePlan[];
  readonly ingress: readonly [NodePlan, NodePlan];
  readonly dns: readonly [NodePlan, NodePlan];
  readonly monitoring: NodePlan;
}

export interface SystemPlan {
  readonly workloads: readonly WorkloadPlan[];
  readonly services: readonly ServicePlan[];
  readonly controllers: readonly PodPlan[];
}

export function systemPlan(nodes: SystemNodes, dnsContainer: Partial<ContainerPlan> = {}): SystemPlan {
  const everywhere = nodes.all.map((node) => ({ node, host: 0 }));
  const coredns = deployment(
    {
      workload: 'coredns',
      namespace: 'kube-system',
      labels: { 'k8s-app': 'kube-dns' },
      container: healthyContainer('coredns', 'eks/coredns:v1.11.4', {
        port: 53,
        readiness: 'http',
        args: ['-conf', '/etc/coredns/Corefile'],
        ...dnsContainer,
      }),
    },
    nodes.dns.map((node, i) => ({ node, host: 40 + i })),
  );
  const ingress = deployment(
    {
      workload: 'ingress-nginx-controller',
      namespace: 'ingress-nginx',
      labels: { 'app.kubernetes.io/name': 'ingress-nginx', 'app.kubernetes.io/component': 'controller' },
      container: healthyContainer('controller', 'registry.k8s.io/ingress-nginx/controller:v1.12.1', {
        port: 80,
        cpuLimit: 2,
        readiness: 'http',
        preStop: true,
      }),
      sentBytesPerSecond: 4_000_000,
    },
    nodes.ingress.map((node, i) => ({ node, host: 50 + i })),
  );
  const hostDaemon = (workload: string, namespace: string, container: ContainerPlan): WorkloadPlan =>
    daemonSet(
      { workload, namespace, labels: { 'k8s-app': workload }, container, hostNetwork: true },
      everywhere,
    );
  const monitoringPod = { node: nodes.monitoring, host: 60 };
  const services = [
    systemService('kube-dns', 'kube-system', '172.20.0.10', 53, coredns),
    systemService('ingress-nginx-controller', 'ingress-nginx', '172.20.14.80', 80, ingress),
  ];
  const workloads = [
    coredns,
    ingress,
    hostDaemon('kube-proxy', 'kube-system', withoutLimit('kube-proxy', 'eks/kube-proxy:v1.30.6')),
    hostDaemon('aws-node', 'kube-system', {
      ...withoutLimit('aws-node', 'eks/amazon-k8s-cni:v1.19.2'),
      env: {
        AWS_VPC_K8S_CNI_EXTERNALSNAT: 'false',
        AWS_VPC_K8S_CNI_RANDOMIZESNAT: 'prng',
        DISABLE_METRICS: 'false',
      },
    }),
    hostDaemon(
      'node-exporter',
      'monitoring',
      withoutLimit('node-exporter', 'quay.io/prometheus/node-exporter:v1.9.0'),
    ),
    deployment(
      {
        workload: 'kube-state-metrics',
        namespace: 'monitoring',
        labels: { 'app.kubernetes.io/name': 'kube-state-metrics' },
        container: withoutLimit(
          'kube-state-metrics',
          'registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.18.0',
        ),
      },
      [monitoringPod],
    ),
    statefulSet(
      {
        workload: 'prometheus',
        namespace: 'monitoring',
        labels: { 'app.kubernetes.io/name': 'prometheus' },
        container: withoutLimit('prometheus', 'quay.io/prometheus/prometheus:v2.53.4'),
      },
      [{ ...monitoringPod, host: 61 }],
    ),
  ];
  return { workloads, services, controllers: ingress.pods };
}

function withoutLimit(name: string, image: string): ContainerPlan {
  return { name, image, cpuUse: 0.05, throttledShare: 0 };
}

function systemService(
  name: string,
  namespace: string,
  clusterIp: string,
  port: number,
  { labels: selector, pods }: WorkloadPlan,
): ServicePlan {
  const portNames = port === 53 ? ({ dns: 'UDP', 'dns-tcp': 'TCP' } as const) : ({ http: 'TCP' } as const);
  const stays = {
    endpoints: () => pods,
    everEndpoints: pods,
    endpointPort: () => port,
    everPorts: [port],
    traffic: [],
  };
  return { name, namespace, clusterIp, selector, port, portNames, targetPort: port, ...stays };
}
