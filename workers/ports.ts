import type { LookupFacts, Series, Unavailable, Window } from '../core/evidence.ts';
import type { LookupId } from '../core/lookups.ts';
import type { Kind, ObjectOf } from './cluster-objects.ts';

/** Thrown by adapters where the world says no: it becomes evidence that could not be had. Everything else is a bug. */
export class CannotLook extends Error {
  override readonly name = 'CannotLook';
  readonly why: Unavailable;

  constructor(why: Unavailable, options?: ErrorOptions) {
    super(why.detail, options);
    this.why = why;
  }
}

export interface ListOptions {
  /** All namespaces unless named. */
  readonly namespace?: string;
  /** `app=cart,tier=web` */
  readonly labelSelector?: string;
}

/** Reads a cluster. Throws CannotLook where it is refused, unreachable or too slow. */
export interface ClusterReader {
  list<K extends Kind>(kind: K, options: ListOptions, signal: AbortSignal): Promise<readonly ObjectOf<K>[]>;
}

/** Asks Prometheus. Throws CannotLook where it is refused, unreachable or too slow. */
export interface MetricsReader {
  /** The value of each series at one moment (unix seconds). */
  instant(query: string, at: number, signal: AbortSignal): Promise<readonly Series[]>;
  /** Points every `step` seconds. */
  range(query: string, window: Window, step: number, signal: AbortSignal): Promise<readonly Series[]>;
  /** The page where a person sees the same query. */
  link(query: string, window: Window): string;
}

/** One JSON patch operation (RFC 6902). */
export type PatchOperation =
  | { readonly op: 'test' | 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

/** Changes a cluster; only the remediator has one. Throws CannotLook where refused. */
export interface ClusterWriter {
  readService(namespace: string, name: string, signal: AbortSignal): Promise<unknown>;
  /** The Service as it would be (dry run) or is after the patch. */
  patchService(
    namespace: string,
    name: string,
    patch: readonly PatchOperation[],
    options: { readonly dryRun: boolean },
    signal: AbortSignal,
  ): Promise<unknown>;
}

/** What a look-up or a change needs to be allowed, as RBAC says it. */
export interface Need {
  readonly group: string;
  readonly resource: string;
  readonly verbs: readonly string[];
  /** Needed in this one namespace only. */
  readonly namespace?: string;
}

/** What a cluster look-up is asked for: the target and what the playbook added. */
export interface LookupParams {
  readonly namespace: string;
  readonly service: string;
  readonly [name: string]: string;
}

/** One passive look at the cluster. */
export interface ClusterLookup {
  readonly id: LookupId;
  readonly needs: readonly Need[];
  look(
    params: LookupParams,
    cluster: ClusterReader,
    context: { readonly signal: AbortSignal; readonly now: Date },
  ): Promise<{ readonly facts: LookupFacts; readonly samples: number }>;
}

export function canList(...kinds: readonly Omit<Need, 'verbs'>[]): readonly Need[] {
  return kinds.map((kind) => ({ ...kind, verbs: ['list'] }));
}
