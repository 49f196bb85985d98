import * as z from 'zod';

/*
 * What netcheck reads of Kubernetes objects, and no more: unknown fields are dropped at the edge.
 * Shapes follow the Kubernetes API reference (v1, apps/v1, discovery.k8s.io/v1, networking.k8s.io/v1).
 */

const labels = z.record(z.string(), z.string()).default({});

const metadata = z.object({
  name: z.string(),
  namespace: z.string().default(''),
  labels,
  annotations: labels,
  uid: z.string().default(''),
  resourceVersion: z.string().default(''),
  creationTimestamp: z.coerce.date().optional(),
  deletionTimestamp: z.coerce.date().optional(),
});

const port = z.union([z.number(), z.string()]);

export const Service = z.object({
  metadata,
  spec: z.object({
    type: z.string().default('ClusterIP'),
    clusterIP: z.string().optional(),
    selector: labels,
    ports: z
      .array(
        z.object({
          name: z.string().optional(),
          port: z.number(),
          targetPort: port.optional(),
          nodePort: z.number().optional(),
          protocol: z.string().default('TCP'),
        }),
      )
      .default([]),
    externalTrafficPolicy: z.string().optional(),
    internalTrafficPolicy: z.string().optional(),
  }),
  status: z
    .object({
      loadBalancer: z
        .object({
          ingress: z
            .array(z.object({ ip: z.string().optional(), hostname: z.string().optional() }))
            .default([]),
        })
        .default({ ingress: [] }),
    })
    .default({ loadBalancer: { ingress: [] } }),
});
export type Service = z.infer<typeof Service>;

const Container = z.object({
  name: z.string(),
  ports: z.array(z.object({ name: z.string().optional(), containerPort: z.number() })).default([]),
  resources: z
    .object({ limits: z.record(z.string(), z.union([z.string(), z.number()])).optional() })
    .default({}),
  lifecycle: z.object({ preStop: z.unknown().optional() }).optional(),
  env: z.array(z.object({ name: z.string(), value: z.string().optional() })).default([]),
  securityContext: z.object({ runAsUser: z.number().optional() }).optional(),
});
export type Container = z.infer<typeof Container>;

const podSpec = z.object({
  nodeName: z.string().optional(),
  hostNetwork: z.boolean().default(false),
  containers: z.array(Container),
  initContainers: z.array(Container).default([]),
});

const condition = z.object({ type: z.string(), status: z.string() });

export const Pod = z.object({
  metadata: metadata.extend({
    ownerReferences: z.array(z.object({ kind: z.string(), name: z.string() })).default([]),
  }),
  spec: podSpec,
  status: z
    .object({
      phase: z.string().optional(),
      podIP: z.string().optional(),
      conditions: z.array(condition).default([]),
    })
    .default({ conditions: [] }),
});
export type Pod = z.infer<typeof Pod>;

const EndpointSlice = z.object({
  metadata,
  endpoints: z
    .array(
      z.object({
        addresses: z.array(z.string()),
        conditions: z.object({ ready: z.boolean().nullish() }).default({}),
        nodeName: z.string().nullish(),
        targetRef: z.object({ name: z.string().nullish() }).nullish(),
      }),
    )
    .nullish(),
  ports: z
    .array(
      z.object({ name: z.string().nullish(), port: z.number().nullish(), protocol: z.string().nullish() }),
    )
    .nullish(),
});
export type EndpointSlice = z.infer<typeof EndpointSlice>;

const workload = z.object({
  metadata,
  spec: z.object({
    selector: z.object({ matchLabels: labels }),
    template: z.object({ metadata: z.object({ labels }).default({ labels: {} }), spec: podSpec }),
  }),
  status: z.object({ numberUnavailable: z.number().default(0) }).default({ numberUnavailable: 0 }),
});

export type Workload = z.infer<typeof workload>;

export const Node = z.object({
  metadata,
  spec: z.object({ unschedulable: z.boolean().default(false) }).default({ unschedulable: false }),
  status: z.object({
    addresses: z.array(z.object({ type: z.string(), address: z.string() })).default([]),
    conditions: z.array(condition).default([]),
    nodeInfo: z.object({ kernelVersion: z.string() }).optional(),
  }),
});
export type Node = z.infer<typeof Node>;

const Event = z.object({
  metadata,
  type: z.string().default('Normal'),
  reason: z.string().default(''),
  message: z.string().default(''),
  count: z.number().nullish(),
  lastTimestamp: z.coerce.date().nullish(),
  involvedObject: z.object({ kind: z.string().default(''), name: z.string().default('') }),
});

/** Loose: a field that is not known here may change what the rule admits. */
const peers = z
  .array(
    z.looseObject({
      ipBlock: z.object({ cidr: z.string(), except: z.array(z.string()).default([]) }).optional(),
      podSelector: z.unknown().optional(),
      namespaceSelector: z.unknown().optional(),
    }),
  )
  .default([]);

const policyPorts = z
  .array(
    z.looseObject({
      protocol: z.string().default('TCP'),
      port: port.optional(),
      endPort: z.number().optional(),
    }),
  )
  .default([]);

const EgressRule = z.looseObject({ to: peers, ports: policyPorts });
export type EgressRule = z.infer<typeof EgressRule>;

/** The client library calls `from` by another name. */
const IngressRule = z
  .looseObject({ from: peers, _from: peers, ports: policyPorts })
  .transform(({ from, _from, ...rest }) => ({ ...rest, from: [...from, ..._from] }));
export type IngressRule = z.infer<typeof IngressRule>;

export const NetworkPolicy = z.object({
  metadata,
  spec: z.object({
    podSelector: z.object({ matchLabels: labels, matchExpressions: z.array(z.unknown()).default([]) }),
    policyTypes: z.array(z.string()).default(['Ingress']),
    egress: z.array(EgressRule).default([]),
    ingress: z.array(IngressRule).default([]),
  }),
});
export type NetworkPolicy = z.infer<typeof NetworkPolicy>;

const ConfigMap = z.object({ metadata, data: z.record(z.string(), z.string()).default({}) });

/** The kinds netcheck may list, with where they live in the API. */
export const kinds = {
  services: { group: '', namespaced: true, schema: Service },
  pods: { group: '', namespaced: true, schema: Pod },
  configmaps: { group: '', namespaced: true, schema: ConfigMap },
  events: { group: '', namespaced: true, schema: Event },
  nodes: { group: '', namespaced: false, schema: Node },
  deployments: { group: 'apps', namespaced: true, schema: workload },
  statefulsets: { group: 'apps', namespaced: true, schema: workload },
  daemonsets: { group: 'apps', namespaced: true, schema: workload },
  endpointslices: { group: 'discovery.k8s.io', namespaced: true, schema: EndpointSlice },
  networkpolicies: { group: 'networking.k8s.io', namespaced: true, schema: NetworkPolicy },
} as const;

export type Kind = keyof typeof kinds;
export type ObjectOf<K extends Kind> = z.infer<(typeof kinds)[K]['schema']>;

export function isReady(pod: Pod): boolean {
  return pod.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

/** Whether labels satisfy a selector; an empty selector selects nothing, as in a Service. */
export function selects(
  selector: Readonly<Record<string, string>>,
  have: Readonly<Record<string, string>>,
): boolean {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([key, value]) => have[key] === value);
}

/** `app=cart,tier=web`, keys in order. */
export function selectorText(selector: Readonly<Record<string, string>>): string {
  return Object.entries(selector)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}
