import type { Flow, Window } from './flow.ts';
import type { Latency } from './latency.ts';

/** What a world consists of, before it is shown as manifests and as metrics. Times are seconds since it began. */
export interface WorldPlan {
  readonly nodes: readonly NodePlan[];
  readonly workloads: readonly WorkloadPlan[];
  readonly services: readonly ServicePlan[];
  readonly dns: DnsPlan;
}

/** The end of the trouble with a service: infinity until someone heals it. */
export type HealedAt = (service: string) => number;

/** A fault that has lasted for some minutes when the world begins, and lasts until its service is healed. */
export function since(minutesAgo: number, service: string, healedAt: HealedAt): Window {
  return { from: -60 * minutesAgo, to: () => healedAt(service) };
}

export interface NodePlan {
  readonly name: string;
  readonly ip: string;
  readonly zone: string;
  /** Share of the conntrack table in use. */
  readonly conntrackUse: (t: number) => number;
  readonly conntrackInsertFailed: Flow;
  readonly conntrackDrop: Flow;
  readonly conntrackEarlyDrop: Flow;
  readonly listenOverflows: Flow;
  readonly softnetDropped: Flow;
  readonly softnetSqueezed: Flow;
  /** Seconds in which some task waited for a CPU. */
  readonly cpuWaiting: Flow;
}

export interface ContainerPlan {
  readonly name: string;
  readonly image: string;
  readonly port?: number;
  /** Cores; none means no quota, hence no cfs metrics. */
  readonly cpuLimit?: number;
  readonly cpuUse: number;
  /** Share of the scheduler's periods in which the container had to stop. */
  readonly throttledShare: number;
  /** When it is throttled that much; always, if it is not given. */
  readonly throttling?: Window;
  readonly readiness?: 'http' | 'exec';
  readonly preStop?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

export interface Life {
  readonly created: number;
  readonly ready: number;
  /** When someone asked for its deletion. */
  readonly deleted: number;
  readonly gone: number;
}

export interface PodPlan {
  readonly name: string;
  readonly namespace: string;
  readonly ip: string;
  readonly node: NodePlan;
  readonly hostNetwork: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly owner: { readonly kind: 'ReplicaSet' | 'DaemonSet' | 'StatefulSet'; readonly name: string };
  readonly container: ContainerPlan;
  readonly life: Life;
  readonly sentBytesPerSecond: number;
}

export interface WorkloadPlan {
  readonly kind: 'Deployment' | 'DaemonSet' | 'StatefulSet';
  readonly name: string;
  readonly namespace: string;
  /** Selects its pods. */
  readonly labels: Readonly<Record<string, string>>;
  /** All that lived during the hour that the metrics tell of. */
  readonly pods: readonly PodPlan[];
  readonly container: ContainerPlan;
  readonly hostNetwork: boolean;
  readonly nodeSelector?: Readonly<Record<string, string>>;
}

export interface ServicePlan {
  readonly name: string;
  readonly namespace: string;
  readonly clusterIp: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly port: number;
  /** Its ports, which differ in nothing but the protocol. */
  readonly portNames: Readonly<Record<string, 'TCP' | 'UDP'>>;
  readonly targetPort: number;
  /** What the EndpointSlice shows: the pods behind the Service and their port. */
  readonly endpoints: (t: number) => readonly PodPlan[];
  readonly endpointPort: (t: number) => number;
  readonly everPorts: readonly number[];
  /** Every pod that is ever an endpoint. */
  readonly everEndpoints: readonly PodPlan[];
  readonly ingress?: { readonly host: string; readonly annotations: Readonly<Record<string, string>> };
  readonly traffic: readonly Traffic[];
}

/** Requests of one kind through one ingress controller. */
export interface Traffic {
  readonly controller: PodPlan;
  readonly status: number;
  readonly flow: Flow;
  /** nginx measures nothing of an upstream that never answered, or when it had to try several. */
  readonly connect?: Latency;
  readonly response?: Latency;
  readonly request: Latency;
}

export interface DnsPlan {
  /** Per CoreDNS pod. */
  readonly answers: readonly {
    readonly rcode: string;
    /** Empty where the server answered because no plugin did. */
    readonly plugin: 'kubernetes' | 'cache' | 'forward' | '';
    readonly flow: Flow;
    readonly latency: Latency;
  }[];
  readonly upstream: readonly {
    readonly to: string;
    readonly rcode: string;
    readonly flow: Flow;
    readonly latency: Latency;
  }[];
  readonly selfChecks: readonly { readonly flow: Flow; readonly latency: Latency }[];
  readonly healthcheckFailures: Flow;
  readonly healthcheckBroken: Flow;
  readonly rejects: Flow;
}
