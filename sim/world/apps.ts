import type { Flow } from './flow.ts';
import { hash } from './names.ts';
import type { ContainerPlan, NodePlan, PodPlan, ServicePlan, Traffic, WorkloadPlan } from './plan.ts';
import { deployment, healthyContainer, type Placement } from './pods.ts';
import { answered, arrivals } from './traffic.ts';

export interface AppSpec {
  readonly name: string;
  readonly namespace: string;
  /** One entry a replica. */
  readonly nodes: readonly NodePlan[];
  /** The last number of the first pod's address; the others count on from there. */
  readonly firstHost: number;
  readonly requestsPerSecond: number;
  readonly controllers: readonly PodPlan[];
  readonly container?: Partial<ContainerPlan>;
  /** Name and `app` label of the Deployment, if it is not that of the Service. */
  readonly workload?: string;
  readonly hostNetwork?: boolean;
  readonly targetPort?: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly placements?: readonly Placement[];
  readonly endpoints?: (t: number, pods: readonly PodPlan[]) => readonly PodPlan[];
  readonly formerPods?: readonly PodPlan[];
  readonly endpointPort?: (t: number) => number;
  readonly sentBytesPerSecond?: number;
  /** What becomes of the requests through one controller; all is well if it is not given. */
  readonly traffic?: (controller: PodPlan, requests: Flow, pods: readonly PodPlan[]) => readonly Traffic[];
}

export interface App {
  readonly workload: WorkloadPlan;
  readonly service: ServicePlan;
}

const containerPort = 8080;

/** A web service behind the ingress, in good health wherever the spec does not say otherwise. */
export function app(spec: AppSpec): App {
  const { name, namespace, controllers, workload: workloadName = name, targetPort = containerPort } = spec;
  const places = spec.placements ?? spec.nodes.map((node, i) => ({ node, host: spec.firstHost + i }));
  const workload = deployment(
    {
      workload: workloadName,
      namespace,
      labels: { app: workloadName },
      container: healthyContainer(name, `registry.example.com/${namespace}/${name}:v1.42.0`, {
        port: containerPort,
        readiness: 'http',
        preStop: true,
        ...spec.container,
      }),
      hostNetwork: spec.hostNetwork ?? false,
      sentBytesPerSecond: spec.sentBytesPerSecond ?? 900 * spec.requestsPerSecond,
    },
    places,
  );
  const { pods } = workload;
  const { endpoints = () => pods } = spec;
  const traffic: Required<AppSpec>['traffic'] =
    spec.traffic ?? ((controller, requests) => [answered(controller, requests)]);
  const service: ServicePlan = {
    name,
    namespace,
    clusterIp: `172.20.${20 + (hash(`${namespace}/${name}`) % 200)}.${1 + (hash(name) % 250)}`,
    selector: { app: name },
    port: 80,
    portNames: { http: 'TCP' },
    targetPort,
    endpoints: (t) => endpoints(t, pods),
    everEndpoints: [...pods, ...(spec.formerPods ?? [])],
    endpointPort: spec.endpointPort ?? (() => targetPort),
    everPorts: [...new Set([targetPort, containerPort])],
    ingress: { host: `${name}.example.com`, annotations: spec.annotations ?? {} },
    traffic: controllers.flatMap((controller) =>
      traffic(controller, arrivals(name, spec.requestsPerSecond, controller, controllers.length), pods),
    ),
  };
  return { workload, service };
}
