import {
  CoreV1Api,
  PatchStrategy,
  setHeaderOptions,
  type ConfigurationOptions,
  type KubeConfig,
} from '@kubernetes/client-node';
import * as z from 'zod';
import { CannotLook } from '../ports.ts';
import { ProbePod, type ProbeCluster } from '../probes/ports.ts';
import { abortable, answer, cannot } from './ask-kubernetes.ts';

const fieldManager = 'netcheck';

/** How long one answer may take, in milliseconds; a log is followed as long as its container runs. */
const answerWithinMs = 10_000;

const Events = z.object({
  items: z.array(
    z.object({
      type: z.string().default('Normal'),
      reason: z.string().default(''),
      message: z.string().default(''),
      metadata: z.object({ creationTimestamp: z.coerce.date().optional() }).default({}),
      lastTimestamp: z.coerce.date().nullish(),
    }),
  ),
});

/** Starts, reads and ends probe pods over the Kubernetes API. */
export function createProbeCluster(config: KubeConfig): ProbeCluster {
  const core = config.makeApiClient(CoreV1Api);
  const ask = <T>(request: (options: ConfigurationOptions) => Promise<T>, stop: AbortSignal): Promise<T> => {
    const signal = AbortSignal.any([stop, AbortSignal.timeout(answerWithinMs)]);
    return answer(() => request(abortable(config, signal)), signal);
  };
  return {
    async readPod(namespace, name, signal) {
      try {
        return read(
          ProbePod,
          await ask((options) => core.readNamespacedPod({ namespace, name }, options), signal),
        );
      } catch (error) {
        if (error instanceof CannotLook && error.why.reason === 'not-found') return undefined;
        throw error;
      }
    },
    async createPod(namespace, manifest, signal) {
      await ask(
        (options) => core.createNamespacedPod({ namespace, body: manifest, fieldManager }, options),
        signal,
      );
    },
    async deletePod(namespace, name, signal) {
      try {
        await ask((options) => core.deleteNamespacedPod({ namespace, name }, options), signal);
      } catch (error) {
        if (!(error instanceof CannotLook && error.why.reason === 'not-found')) throw error;
      }
    },
    async listPods(namespace, labelSelector, signal) {
      const list = await ask(
        (options) => core.listNamespacedPod({ namespace, labelSelector }, options),
        signal,
      );
      return read(z.object({ items: z.array(ProbePod) }), list).items;
    },
    async addEphemeralContainer(namespace, name, container, signal) {
      await ask(
        (options) =>
          core.patchNamespacedPodEphemeralcontainers(
            { namespace, name, body: { spec: { ephemeralContainers: [container] } }, fieldManager },
            {
              ...options,
              ...setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch),
            },
          ),
        signal,
      );
    },
    followLog: (namespace, name, container, signal) =>
      answer(
        () =>
          core.readNamespacedPodLog({ namespace, name, container, follow: true }, abortable(config, signal)),
        signal,
      ),
    async lastWarning(namespace, name, signal) {
      const fieldSelector = `involvedObject.kind=Pod,involvedObject.name=${name}`;
      try {
        const events = await ask(
          (options) => core.listNamespacedEvent({ namespace, fieldSelector }, options),
          signal,
        );
        const warnings = read(Events, events)
          .items.filter(({ type }) => type === 'Warning')
          .map((one) => ({
            ...one,
            at: (one.lastTimestamp ?? one.metadata.creationTimestamp)?.getTime() ?? 0,
          }))
          .sort((a, b) => a.at - b.at);
        const last = warnings.at(-1);
        return last && `${last.reason}: ${last.message}`;
      } catch (error) {
        // Events only explain; that they may not be read is not what went wrong.
        if (error instanceof CannotLook) return undefined;
        throw error;
      }
    },
  };
}

function read<S extends z.ZodType>(schema: S, answered: unknown): z.infer<S> {
  const parsed = schema.safeParse(answered);
  if (parsed.success) return parsed.data;
  throw cannot('rejected', 'what answers is not the Kubernetes API', parsed.error);
}
