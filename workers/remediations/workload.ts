import * as z from 'zod';
import { KubeObject, nameOfObject, type ObjectRef } from '../../core/remediation/change.ts';
import type { Need } from '../ports.ts';
import { planEdit, type Edited } from './edit.ts';
import type { Objects, Planned } from './remediation.ts';

/* Loose: what a schema does not name stays in the object, which goes back to the cluster. */

const Container = z.looseObject({
  name: z.string(),
  ports: z.array(z.looseObject({ name: z.string().optional(), containerPort: z.number() })).optional(),
  env: z.array(z.looseObject({ name: z.string(), value: z.string().optional() })).optional(),
  resources: z
    .looseObject({
      limits: z.record(z.string(), z.string()).optional(),
      requests: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
  lifecycle: z.looseObject({ preStop: z.unknown() }).partial().optional(),
  readinessProbe: z.unknown().optional(),
});
export type Container = z.infer<typeof Container>;

const PodSpec = z.looseObject({
  containers: z.array(Container),
  terminationGracePeriodSeconds: z.number().optional(),
  dnsConfig: z
    .looseObject({
      options: z.array(z.looseObject({ name: z.string(), value: z.string().optional() })).optional(),
    })
    .optional(),
});
export type PodSpec = z.infer<typeof PodSpec>;

const Strategy = z.looseObject({ type: z.string().optional() });

/** A Deployment, StatefulSet or DaemonSet, with what remediations change of it. */
export const Workload = KubeObject.extend({
  kind: z.enum(['Deployment', 'StatefulSet', 'DaemonSet']),
  spec: z.looseObject({
    replicas: z.number().optional(),
    paused: z.boolean().optional(),
    selector: z.looseObject({
      matchLabels: z.record(z.string(), z.string()).optional(),
      matchExpressions: z.array(z.unknown()).optional(),
    }),
    strategy: Strategy.optional(),
    updateStrategy: Strategy.optional(),
    template: z.looseObject({
      metadata: z
        .looseObject({
          labels: z.record(z.string(), z.string()).optional(),
          annotations: z.record(z.string(), z.string()).optional(),
        })
        .optional(),
      spec: PodSpec,
    }),
  }),
  status: z.looseObject({ desiredNumberScheduled: z.number().optional() }).optional(),
});
export type Workload = z.infer<typeof Workload>;

/** As a playbook names it. */
export interface WorkloadName {
  readonly kind: Workload['kind'];
  readonly name: string;
  readonly namespace?: string;
}

export const workloadNeeds: readonly Need[] = ['deployments', 'statefulsets', 'daemonsets'].map(
  (resource) => ({
    group: 'apps',
    resource,
    verbs: ['get', 'patch'],
  }),
);

/** In the namespace of the target, where it names none itself. */
export function workloadRef({ kind, name, namespace }: WorkloadName, ofTarget: string): ObjectRef {
  return { kind, namespace: namespace ?? ofTarget, name };
}

interface AskedOf<Params> {
  readonly params: Params;
  readonly namespace: string;
  readonly at: Date;
}

/** A remediation that is an edit of the workload which its parameters name. */
export function editsWorkload<Params extends { readonly workload: WorkloadName }>(
  edit: (workload: Workload, params: Params, at: Date) => Edited<Workload>,
): {
  readonly needs: readonly Need[];
  plan(asked: AskedOf<Params>, objects: Objects): Promise<Planned>;
} {
  return {
    needs: workloadNeeds,
    plan: ({ params, namespace, at }, objects) =>
      planEdit(objects, workloadRef(params.workload, namespace), Workload, (workload) =>
        edit(workload, params, at),
      ),
  };
}

/** `Deployment shop/checkout` */
export function nameOf({ kind, metadata: { namespace, name } }: Workload): string {
  return nameOfObject({ kind, namespace, name });
}

export function withPodSpec(workload: Workload, change: (spec: PodSpec) => PodSpec): Workload {
  const { template } = workload.spec;
  return {
    ...workload,
    spec: { ...workload.spec, template: { ...template, spec: change(template.spec) } },
  };
}

/** The same change of some of the containers. */
export function withContainers(
  workload: Workload,
  names: readonly string[],
  change: (container: Container) => Container,
): Workload {
  return withPodSpec(workload, (spec) => ({
    ...spec,
    containers: spec.containers.map((one) => (names.includes(one.name) ? change(one) : one)),
  }));
}

/** `undefined` takes the annotation away. */
export function withPodAnnotation(workload: Workload, key: string, value: string | undefined): Workload {
  const { template } = workload.spec;
  const { annotations, ...metadata } = template.metadata ?? {};
  const kept = Object.entries(annotations ?? {}).filter(([one]) => one !== key);
  const wanted = Object.fromEntries(value === undefined ? kept : [...kept, [key, value]]);
  const changed = { ...metadata, ...(Object.keys(wanted).length > 0 && { annotations: wanted }) };
  return { ...workload, spec: { ...workload.spec, template: { ...template, metadata: changed } } };
}

export function podAnnotationOf({ spec }: Workload, key: string): string | undefined {
  return spec.template.metadata?.annotations?.[key];
}

/** What becomes of the pods when their template changes. */
export function restartOf(workload: Workload): string {
  const { spec } = workload;
  const name = nameOf(workload);
  const strategy = spec.strategy?.type ?? spec.updateStrategy?.type ?? 'RollingUpdate';
  const count = podsOf(workload);
  if (spec.paused === true) return `${name} is paused: its pods stay as they are until it is resumed`;
  if (strategy === 'OnDelete') return `${name} replaces a pod only when somebody deletes it (OnDelete)`;
  if (count === undefined) return `the pods of ${name} restart, one after another (${strategy})`;
  if (count === 0) return `${name} has no pods now: the next that start have it`;
  if (strategy === 'Recreate')
    return `${pods(count)} of ${name} ${count === 1 ? 'ends' : 'end'} before new ones start (Recreate): none answers meanwhile`;
  if (count === 1) return `1 pod of ${name} restarts (${strategy})`;
  return `${pods(count)} of ${name} restart, one after another (${strategy})`;
}

/** `1 pod`, `3 pods` */
export function pods(count: number): string {
  return `${count} pod${count === 1 ? '' : 's'}`;
}

function podsOf({ kind, spec, status }: Workload): number | undefined {
  return kind === 'DaemonSet' ? status?.desiredNumberScheduled : (spec.replicas ?? 1);
}
