import { isDeepStrictEqual } from 'node:util';

/** Objects as they are on the wire and in the store: JSON, never changed in place once stored. */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

interface ManagedFields {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly time: string;
  readonly fieldsType: 'FieldsV1';
  readonly fieldsV1: Readonly<Record<string, unknown>>;
  readonly subresource?: string;
}

export type Labels = Readonly<Record<string, string>>;

export interface ObjectMeta {
  readonly name: string;
  readonly generateName?: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: Labels;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly finalizers?: readonly string[];
  readonly managedFields?: readonly ManagedFields[];
}

export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly spec?: unknown;
  readonly status?: unknown;
  readonly [field: string]: unknown;
}

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value at a dotted path, or undefined where the path ends early. */
export function valueAt(object: unknown, path: string): unknown {
  let value = object;
  for (const step of path.split('.')) {
    if (!isObject(value)) return undefined;
    value = value[step];
  }
  return value;
}

/** The same object without some of its fields. */
export function without<T extends object, Field extends keyof T>(
  object: T,
  ...fields: readonly Field[]
): Omit<T, Field> {
  const dropped: readonly PropertyKey[] = fields;
  return Object.fromEntries(Object.entries(object).filter(([field]) => !dropped.includes(field))) as Omit<
    T,
    Field
  >;
}

/** JSON with sorted keys: equal values have equal texts. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

/** As on the wire, where a key without a value is none. What is equal already, as most updates are, is found so in less time. */
export const isSame = (a: unknown, b: unknown): boolean =>
  isDeepStrictEqual(a, b) || canonical(a ?? null) === canonical(b ?? null);

/** Removes the keys whose value is undefined, so that an object equals what the wire will carry. */
export function compact<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}

type MetaChanges = { readonly [Field in keyof ObjectMeta]?: ObjectMeta[Field] | undefined };

/** Metadata with some fields set, or removed by `undefined`. */
export const withMeta = (metadata: ObjectMeta, changes: MetaChanges): ObjectMeta =>
  compact({ ...metadata, ...changes }) as ObjectMeta;
