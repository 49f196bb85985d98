import * as z from 'zod';

/** The kinds of objects that a remediation may touch. */
export const ObjectKind = z.enum([
  'Service',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Pod',
  'Node',
  'NetworkPolicy',
  'FelixConfiguration',
]);
export type ObjectKind = z.infer<typeof ObjectKind>;

/** One object of the cluster; nodes and Calico's configuration have no namespace. */
export const ObjectRef = z.strictObject({
  kind: ObjectKind,
  namespace: z.string().optional(),
  name: z.string(),
});
export type ObjectRef = z.infer<typeof ObjectRef>;

/** One operation of a JSON patch (RFC 6902). */
export const PatchOperation = z.union([
  z.strictObject({ op: z.enum(['test', 'add', 'replace']), path: z.string(), value: z.unknown() }),
  z.strictObject({ op: z.literal('remove'), path: z.string() }),
]);
export type PatchOperation = z.infer<typeof PatchOperation>;

/** An object as the API server gives it. */
export const KubeObject = z.looseObject({
  apiVersion: z.string().optional(),
  kind: z.string().optional(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    uid: z.string(),
    /** Empty in a dry run that creates: nothing is stored. */
    resourceVersion: z.string().default(''),
    labels: z.record(z.string(), z.string()).optional(),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
});
export type KubeObject = z.infer<typeof KubeObject>;

/** One write. Each can be tried again without doing anything twice: it names the very object that it is meant for. */
export const Operation = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('patch'),
    object: ObjectRef,
    uid: z.string(),
    /** What is changed, each change with a `test` of what was there. */
    patch: z.array(PatchOperation),
    /** Takes it back, each change with a `test` of what was put there. Empty where it cannot be taken back. */
    undo: z.array(PatchOperation),
    /** Of the object that it was planned for; see versionOf. */
    version: z.string().optional(),
    /** What that object was like, in short, as far as people write it. */
    digest: z.string().optional(),
  }),
  z.strictObject({
    do: z.literal('create'),
    object: ObjectRef,
    manifest: z.record(z.string(), z.unknown()),
  }),
  z.strictObject({ do: z.literal('delete'), object: ObjectRef, uid: z.string() }),
  /** As `kubectl drain` does it: disruption budgets are asked. */
  z.strictObject({ do: z.literal('evict'), object: ObjectRef, uid: z.string() }),
]);
export type Operation = z.infer<typeof Operation>;

/** Everything that a remediation does, made from the objects as they were. */
export const Change = z.strictObject({
  operations: z.array(Operation).min(1),
  /** What else happens: pods that restart, traffic that moves, what is lost. One sentence each. */
  effects: z.array(z.string()),
  /** Why it cannot be taken back as it was, where that is so. */
  lasting: z.string().optional(),
});
export type Change = z.infer<typeof Change>;

/** `Deployment shop/checkout` */
export function nameOfObject({ kind, namespace, name }: ObjectRef): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

/**
 * Tells one state of what people want of an object from another: its generation, which its status leaves alone, or the
 * resourceVersion of objects that have none.
 */
export function versionOf({ metadata }: KubeObject): string {
  const { generation, resourceVersion } = metadata;
  return typeof generation === 'number' ? `generation ${generation}` : `resourceVersion ${resourceVersion}`;
}
