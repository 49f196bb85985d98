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
    /** `ClusterIP`, `NodePort`, `LoadBalancer`, or empty where it could not be read. */
    readonly type: string;
    /** False where its pods could not be listed: then nothing is known of its mesh either. */
    readonly pods_known: boolean;
  };
  readonly window: string;
  /** The last minutes of the window, likewise. */
  readonly recent: string;
}

/** Their types, as CEL names them. */
export const targetFields = {
  service: 'string',
  namespace: 'string',
  workload: 'string',
  nodes: 'double',
  mesh: 'string',
  destination: 'string',
  type: 'string',
  pods_known: 'bool',
} as const satisfies Record<keyof Context['target'], string>;
