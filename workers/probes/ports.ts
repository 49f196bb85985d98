import * as z from 'zod';

const containerState = z.object({
  waiting: z.object({ reason: z.string().optional(), message: z.string().optional() }).optional(),
  running: z.object({}).optional(),
  terminated: z
    .object({ exitCode: z.number(), reason: z.string().optional(), message: z.string().optional() })
    .optional(),
});
const containerStatus = z.object({ name: z.string(), state: containerState.default({}) });

/** What is read of a pod that a prober runs in. */
export const ProbePod = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    uid: z.string().default(''),
    annotations: z.record(z.string(), z.string()).default({}),
    deletionTimestamp: z.coerce.date().optional(),
  }),
  spec: z.object({
    nodeName: z.string().optional(),
    ephemeralContainers: z.array(z.object({ name: z.string() })).default([]),
  }),
  status: z
    .object({
      phase: z.string().optional(),
      reason: z.string().optional(),
      message: z.string().optional(),
      conditions: z
        .array(
          z.object({
            type: z.string(),
            status: z.string(),
            reason: z.string().optional(),
            message: z.string().optional(),
          }),
        )
        .default([]),
      containerStatuses: z.array(containerStatus).default([]),
      ephemeralContainerStatuses: z.array(containerStatus).default([]),
    })
    .default({ conditions: [], containerStatuses: [], ephemeralContainerStatuses: [] }),
});
export type ProbePod = z.infer<typeof ProbePod>;

/** Starts and ends what probers run in. Throws CannotLook where the cluster refuses, is unreachable or too slow. */
export interface ProbeCluster {
  /** The pod, or undefined where there is none of that name. */
  readPod(namespace: string, name: string, signal: AbortSignal): Promise<ProbePod | undefined>;
  createPod(namespace: string, manifest: object, signal: AbortSignal): Promise<void>;
  /** A pod that is gone already is no mistake. */
  deletePod(namespace: string, name: string, signal: AbortSignal): Promise<void>;
  listPods(namespace: string, labelSelector: string, signal: AbortSignal): Promise<readonly ProbePod[]>;
  addEphemeralContainer(
    namespace: string,
    pod: string,
    container: object,
    signal: AbortSignal,
  ): Promise<void>;
  /** All that a container has printed and will print, once it has ended or the connection is cut. */
  followLog(namespace: string, pod: string, container: string, signal: AbortSignal): Promise<string>;
  /** The latest warning about a pod, as `reason: message`. */
  lastWarning(namespace: string, pod: string, signal: AbortSignal): Promise<string | undefined>;
}

/** Runs a prober as a process beside the worker. */
export interface LocalProber {
  /** Its output once it has ended; aborted, it ends with what it has. */
  run(task: string, signal: AbortSignal): Promise<string>;
}
