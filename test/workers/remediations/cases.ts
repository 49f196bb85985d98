import type { RemediationId } from '../../../core/remediation/kinds.ts';
import type { Proposal } from '../../../core/remediation/proposal.ts';

/** A change of the town for every remediation, some in several ways. */
export interface Case {
  readonly id: RemediationId;
  readonly params: Readonly<Record<string, string>>;
  /** The Service that was investigated; `cart` where it makes no difference. */
  readonly service?: string;
  /** Something that its effects say. */
  readonly says: string;
  /** The right that whoever may only look lacks. */
  readonly lacks: string;
}

const patches = (plural: string) => `cannot patch resource "${plural}"`;

export const cases: readonly Case[] = [
  {
    id: 'service-selector',
    params: { selector: 'app=store' },
    says: 'traffic of Service shop/cart goes to the pods with app=store: 2 of 2 are ready now',
    lacks: patches('services'),
  },
  {
    id: 'service-target-port',
    params: { target_port: '9090' },
    says: 'connections to port 80 of Service shop/cart go to port 9090 of its pods',
    lacks: patches('services'),
  },
  {
    id: 'service-traffic-policy',
    service: 'front',
    params: { policy: 'Cluster' },
    says: "the pods of Service shop/front see the address of a node in place of the client's",
    lacks: patches('services'),
  },
  {
    id: 'service-traffic-policy',
    service: 'gate',
    params: { policy: 'Local' },
    says: 'a node without a ready pod of Service shop/gate drops its traffic from outside',
    lacks: patches('services'),
  },
  {
    id: 'pod-annotation',
    params: { workload: 'Deployment/cart', name: 'config.linkerd.io/skip-outbound-ports', value: '443' },
    says: 'connections to port 443 lose mTLS, policy and TCP metrics, to meshed services as well',
    lacks: patches('deployments'),
  },
  {
    id: 'pod-annotation',
    params: { workload: 'Deployment/cart', name: 'linkerd.io/inject', value: 'disabled' },
    says: 'the pods leave the mesh',
    lacks: patches('deployments'),
  },
  {
    id: 'pod-annotation',
    params: { workload: 'Deployment/cart', name: 'linkerd.io/inject' },
    says: 'whether the pods get a proxy is for the namespace to say',
    lacks: patches('deployments'),
  },
  {
    id: 'pod-annotation',
    params: { workload: 'shop/StatefulSet/store', name: 'sidecar.istio.io/inject', value: 'true' },
    says: '2 pods of StatefulSet shop/store restart, one after another (RollingUpdate)',
    lacks: patches('statefulsets'),
  },
  {
    id: 'cni-setting',
    params: { name: 'AWS_VPC_K8S_CNI_RANDOMIZESNAT', value: 'prng' },
    says: '4 pods of DaemonSet kube-system/aws-node restart, one after another (RollingUpdate)',
    lacks: patches('daemonsets'),
  },
  {
    id: 'cni-setting',
    params: { name: 'AWS_VPC_K8S_CNI_EXTERNALSNAT', value: 'true' },
    says: 'without a NAT gateway on the way they reach none',
    lacks: patches('daemonsets'),
  },
  {
    id: 'cni-setting',
    params: { name: 'AWS_VPC_K8S_CNI_RANDOMIZESNAT' },
    says: 'no pod can start for some seconds',
    lacks: patches('daemonsets'),
  },
  {
    id: 'pod-dns-option',
    params: { workload: 'Deployment/cart', option: 'ndots', value: '2' },
    says: 'a name with 2 or more dots is asked for as it stands first',
    lacks: patches('deployments'),
  },
  {
    id: 'pod-dns-option',
    params: { workload: 'StatefulSet/store', option: 'ndots', value: '1' },
    says: 'a name with 1 or more dots',
    lacks: patches('statefulsets'),
  },
  {
    id: 'pod-dns-option',
    params: { workload: 'StatefulSet/store', option: 'use-vc' },
    says: 'names are asked for over TCP',
    lacks: patches('statefulsets'),
  },
  {
    id: 'graceful-shutdown',
    params: { workload: 'Deployment/cart', pre_stop_seconds: '15', grace_seconds: '60' },
    says: 'a pod that ends serves 15 s longer, and is killed after 60 s',
    lacks: patches('deployments'),
  },
  {
    id: 'readiness-probe',
    params: { workload: 'Deployment/cart', port: 'http' },
    says: 'a pod that does not accept connections on port http gets no traffic',
    lacks: patches('deployments'),
  },
  {
    id: 'readiness-probe',
    params: { workload: 'Deployment/at-once', port: '8080' },
    says: '2 pods of Deployment shop/at-once end before new ones start (Recreate): none answers meanwhile',
    lacks: patches('deployments'),
  },
  {
    id: 'allow-dns',
    params: { workload: 'Deployment/cart' },
    says: 'the pods of Deployment shop/cart may send DNS queries to kube-dns in kube-system, besides what cart-only, not-for-plain admit',
    lacks: 'cannot create resource "networkpolicies"',
  },
  {
    id: 'allow-ingress',
    params: { workload: 'Deployment/cart', from_namespace: 'web', from: 'app=front,tier=a', port: 'http' },
    says: 'the pods of Deployment shop/cart may take TCP to port http from pods with app=front,tier=a in web, besides what cart-only admits',
    lacks: 'cannot create resource "networkpolicies"',
  },
  {
    id: 'scale',
    params: { workload: 'Deployment/cart', replicas: '3' },
    says: 'Deployment shop/cart gets 1 pod more, if the nodes have room for them',
    lacks: patches('deployments'),
  },
  {
    id: 'rollout-restart',
    params: { workload: 'Deployment/cart' },
    says: '2 pods of Deployment shop/cart restart, one after another (RollingUpdate)',
    lacks: patches('deployments'),
  },
  {
    id: 'restart-daemonset-pod',
    params: { workload: 'kube-system/DaemonSet/aws-node', node: 'node-b' },
    says: 'on node-b ends, and DaemonSet kube-system/aws-node starts another',
    lacks: 'cannot delete resource "pods"',
  },
  {
    id: 'cordon',
    params: { node: 'node-a' },
    says: 'Node node-a takes no more pods; those on it stay',
    lacks: patches('nodes'),
  },
  {
    id: 'uncordon',
    params: { node: 'node-d' },
    says: 'Node node-d takes pods again',
    lacks: patches('nodes'),
  },
  {
    id: 'drain',
    params: { node: 'node-c' },
    says: '2 pods on it end, and their controllers start others elsewhere, if there is room',
    lacks: patches('nodes'),
  },
  {
    id: 'cpu-limit',
    params: { workload: 'Deployment/cart', container: 'app', limit: 'none' },
    says: 'container app of Deployment shop/cart may take all CPU of its node that nobody else has requested',
    lacks: patches('deployments'),
  },
  {
    id: 'cpu-limit',
    params: { workload: 'Deployment/limited', container: 'app', limit: 'none' },
    says: 'may take all CPU of its node',
    lacks: patches('deployments'),
  },
  {
    id: 'cpu-limit',
    params: { workload: 'Deployment/cart', container: 'app', limit: '1.5' },
    says: 'waits for the next 100 ms whenever it has used 150 ms of CPU in this one',
    lacks: patches('deployments'),
  },
  {
    id: 'cpu-limit',
    params: { workload: 'Deployment/cart', container: 'helper', limit: '2000m' },
    says: 'its request becomes 2 as well',
    lacks: patches('deployments'),
  },
  {
    id: 'nat-port-range',
    params: { range: '32768:65535' },
    says: 'get a source port in 32768:65535',
    lacks: patches('felixconfigurations'),
  },
];

export type Proposed = Pick<Proposal, 'remediation' | 'params' | 'namespace' | 'service'>;

export function proposalOf({
  id,
  params,
  service = 'cart',
}: Pick<Case, 'id' | 'params' | 'service'>): Proposed {
  return { remediation: id, params, namespace: 'shop', service };
}
