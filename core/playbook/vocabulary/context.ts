/** What every expression may read besides its evidence: `target.service`, `window` (as a person says it). */
export interface Context {
  readonly target: {
    readonly service: string;
    readonly namespace: string;
    readonly workload: string;
    /** How many nodes run its pods. */
    readonly nodes: number;
    /** `linkerd`, `istio`, or empty. */
    readonly mesh: string;
    /** The far end that was named, as `host:port`, or empty. */
    readonly destination: string;
    /** Whether that is named as a Service of the cluster. */
    readonly destination_in_cluster: boolean;
    /** `ClusterIP`, `NodePort`, `LoadBalancer`, or empty where it could not be read. */
    readonly type: string;
    /** False where its pods could not be listed: then nothing is known of its mesh either. */
    readonly pods_known: boolean;
  };
  readonly window: string;
  /** The same in seconds. */
  readonly window_seconds: number;
  /** The last minutes of the window, likewise. */
  readonly recent: string;
}

/** One of them, as the documentation and CEL know it. */
interface ContextField {
  readonly type: 'string' | 'double' | 'bool';
  readonly doc: string;
}

export const targetFields = {
  service: { type: 'string', doc: 'its Service' },
  namespace: { type: 'string', doc: 'its namespace' },
  workload: {
    type: 'string',
    doc: 'what runs its pods, as `Deployment/checkout`; empty where that is not known',
  },
  nodes: { type: 'double', doc: 'how many nodes run its pods' },
  mesh: { type: 'string', doc: '`linkerd`, `istio`, or empty' },
  destination: {
    type: 'string',
    doc: 'the far end that a person named after `to`, as `host:port`, or empty',
  },
  destination_in_cluster: {
    type: 'bool',
    doc: 'whether that is named as a Service: `payments`, `payments.shop.svc`',
  },
  type: {
    type: 'string',
    doc: '`ClusterIP`, `NodePort`, `LoadBalancer`, or empty where it could not be read',
  },
  pods_known: {
    type: 'bool',
    doc: 'false where its pods could not be listed: then its mesh is not known either',
  },
} as const satisfies Record<keyof Context['target'], ContextField>;

export const contextFields = {
  window: { type: 'string', doc: 'how long the time looked at is, as a person says it: `30 min`' },
  window_seconds: { type: 'double', doc: 'the same in seconds' },
  recent: { type: 'string', doc: 'the last minutes of it, likewise: `5 min`' },
} as const satisfies Record<Exclude<keyof Context, 'target'>, ContextField>;
