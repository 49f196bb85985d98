/** The type of one fact that a cluster look-up yields, as rules see it. */
export type FactType = 'double' | 'string' | 'bool' | 'list<string>';

export interface Lookup {
  readonly summary: string;
  /** Parameters a playbook may set, with what they mean. The target's Service and namespace are always known. */
  readonly params: Readonly<Record<string, string>>;
  readonly facts: Readonly<Record<string, FactType>>;
}

/** What the cluster can be asked. Playbooks name these, `workers/collectors/cluster` answers them. */
export const lookups = {
  endpoints: {
    summary: "The Service's selector, the pods it matches and the endpoints that are ready",
    params: {},
    facts: {
      ready: 'double',
      not_ready: 'double',
      /** Pods that carry every label of the selector. */
      selected_pods: 'double',
      selector: 'string',
      /** The selector that would match the pods of the workload of the same name; empty where none is known. */
      suggested_selector: 'string',
      /** Pods that the suggested selector matches. */
      suggested_pods: 'double',
      /** The Service names no selector: its endpoints are kept by somebody else. */
      headless_selector: 'bool',
      /** The selector is that of a workload, which runs no pods. */
      scaled_to_zero: 'bool',
      /** `Local`: nodes that run none of its pods are meant not to answer. `Cluster`, or empty for a ClusterIP. */
      external_traffic_policy: 'string',
      /** `Local`: its ClusterIP is meant not to answer on nodes that run none of its pods. Mostly `Cluster`. */
      internal_traffic_policy: 'string',
    },
  },
  target_port: {
    summary: "The Service's targetPort against the ports that its ready pods declare",
    params: {},
    facts: {
      port: 'double',
      target_port: 'string',
      /** Distinct container ports declared by the ready pods. */
      declared: 'list<string>',
      ready_pods: 'double',
      /** Ready pods that declare the targetPort. */
      declaring_pods: 'double',
      named: 'bool',
      /** The one port that every ready pod declares, if there is exactly one; else empty. */
      suggested_port: 'string',
    },
  },
  workload: {
    summary: "How the Service's pods are configured: CPU limits, preStop hooks, mesh, host network",
    params: {},
    facts: {
      pods: 'double',
      /** Containers (of all pods) that have a CPU limit; without one the kernel cannot throttle. */
      cpu_limited: 'double',
      containers: 'double',
      pods_with_pre_stop: 'double',
      host_network_pods: 'double',
      meshed_pods: 'double',
      oldest_pod_seconds: 'double',
      youngest_pod_seconds: 'double',
      /** Names of the containers that requests go through: those that declare a port, and the sidecar of a mesh. */
      serving: 'list<string>',
    },
  },
  coredns: {
    summary: 'The CoreDNS pods: how many are ready and where they run',
    params: {},
    facts: {
      pods: 'double',
      ready: 'double',
      nodes: 'list<string>',
      node_local_cache: 'bool',
      upstreams: 'list<string>',
    },
  },
  daemonset_env: {
    summary: 'The value of one environment variable of a DaemonSet in kube-system',
    params: { daemonset: 'name of the DaemonSet', env: 'name of the environment variable' },
    facts: { value: 'string', unavailable: 'double' },
  },
  node_conditions: {
    summary: "The conditions of the nodes that the target's pods run on",
    params: {},
    facts: {
      nodes: 'double',
      not_ready: 'list<string>',
      network_unavailable: 'list<string>',
      kernels: 'list<string>',
    },
  },
  warnings: {
    summary:
      "Warning events on the target's Service, workload and pods, as far back as the cluster keeps them (an hour by default)",
    params: {},
    facts: { count: 'double', reasons: 'list<string>', latest: 'string' },
  },
  network_policies: {
    summary: 'NetworkPolicies that select the target’s pods, and whether they let TCP out to one far end',
    params: { to: 'the far end, as in $destination' },
    facts: {
      ingress: 'list<string>',
      egress: 'list<string>',
      /** Of those for egress: they have a rule that lets TCP to the far end through, so no other one bars it. */
      egress_admitting: 'list<string>',
      /** Of those for egress: whether they do, or select every pod, cannot be told from what is written in them. */
      egress_unclear: 'list<string>',
      count: 'double',
    },
  },
  far_service: {
    summary: 'The Service after `to`: its endpoints, and whether NetworkPolicies let the target’s pods in',
    params: { to: 'the far end, as in $destination' },
    facts: {
      ready: 'double',
      /** As of `endpoints`. */
      internal_traffic_policy: 'string',
      /** NetworkPolicies that select its pods for ingress. */
      ingress: 'list<string>',
      /** Of those: they have a rule that lets the target’s pods in, so no other one bars them. */
      ingress_admitting: 'list<string>',
      /** Of those: whether they do, or select every pod of it, cannot be told from what is written in them. */
      ingress_unclear: 'list<string>',
    },
  },
} as const satisfies Record<string, Lookup>;

export type LookupId = keyof typeof lookups;

export function isLookupId(id: string): id is LookupId {
  return Object.hasOwn(lookups, id);
}
