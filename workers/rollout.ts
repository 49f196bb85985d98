import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Change, KubeObject, ObjectRef } from '../core/remediation/change.ts';
import { nameOfObject } from '../core/remediation/change.ts';
import { CannotLook } from './ports.ts';
import type { Objects } from './remediations/remediation.ts';

const betweenLooksMs = 1000;

/** What of a workload says how far a rollout is (`kubectl rollout status` goes by the same). */
const Workload = z.object({
  metadata: z.object({ generation: z.number().default(0) }),
  spec: z.object({ replicas: z.number().default(1) }),
  status: z
    .object({
      observedGeneration: z.number().default(0),
      replicas: z.number().default(0),
      updatedReplicas: z.number().default(0),
      availableReplicas: z.number().default(0),
      desiredNumberScheduled: z.number().optional(),
      updatedNumberScheduled: z.number().default(0),
      numberAvailable: z.number().default(0),
    })
    .prefault({}),
});

/** Waits until the workloads that a change touched run as it says; why not, if they do not in time. */
export async function rolledOut(
  change: Change,
  objects: Objects,
  patienceMs: number,
): Promise<string | undefined> {
  const until = Date.now() + patienceMs;
  for (;;) {
    const late = await firstLate(workloadsOf(change), objects);
    if (late === undefined || Date.now() > until) return late;
    await sleep(betweenLooksMs);
  }
}

function workloadsOf({ operations }: Change): readonly ObjectRef[] {
  const kinds = ['Deployment', 'StatefulSet', 'DaemonSet'];
  return operations.map(({ object }) => object).filter(({ kind }) => kinds.includes(kind));
}

async function firstLate(workloads: readonly ObjectRef[], objects: Objects): Promise<string | undefined> {
  for (const one of workloads) {
    try {
      const late = lateOf(await objects.read(one));
      if (late !== undefined) return `${nameOfObject(one)}: ${late}`;
    } catch (error) {
      if (!(error instanceof CannotLook)) throw error;
      return error.why.detail;
    }
  }
  return undefined;
}

function lateOf(object: KubeObject): string | undefined {
  const parsed = Workload.safeParse(object);
  if (!parsed.success) return 'its status could not be read';
  const { metadata, spec, status } = parsed.data;
  if (status.observedGeneration < metadata.generation) return 'its controller has not seen the change yet';
  const wanted = status.desiredNumberScheduled ?? spec.replicas;
  const updated =
    status.desiredNumberScheduled === undefined ? status.updatedReplicas : status.updatedNumberScheduled;
  const available =
    status.desiredNumberScheduled === undefined ? status.availableReplicas : status.numberAvailable;
  if (updated < wanted) return `${updated} of ${wanted} pods are new`;
  if (status.replicas > updated) return `${status.replicas - updated} old pods are still there`;
  return available < wanted ? `${available} of ${wanted} pods are available` : undefined;
}
