import type { KubeObject, ObjectRef, Operation } from '../core/remediation/change.ts';
import type { LookupFacts, Series, Unavailable, Window } from '../core/evidence.ts';
import type { LookupId } from '../core/lookups.ts';
import type { Kind, ObjectOf } from './cluster-objects.ts';

/** Thrown by adapters where the world says no: it becomes evidence that could not be had. Everything else is a bug. */
export class CannotLook extends Error {
  override readonly name = 'CannotLook';
  readonly why: Unavailable;
  /** The request was turned away before anything could come of it, and may do better later. */
  readonly wasTurnedAway: boolean;

  constructor(why: Unavailable, options?: ErrorOptions & { readonly wasTurnedAway?: boolean }) {
    super(why.detail, options);
    this.why = why;
    this.wasTurnedAway = options?.wasTurnedAway ?? false;
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

/** A Kubernetes Event about an object: what netcheck did to it and for whom. */
interface ObjectNote {
  readonly object: ObjectRef;
  readonly uid: string;
  /** CamelCase, as `NetcheckApplied`. */
  readonly reason: string;
  readonly message: string;
}

/** Changes a cluster; only the remediator has one. Throws CannotLook where refused, unreachable or too slow. */
export interface ClusterWriter {
  /** The object as the API server gives it, under the names that it has there. */
  read(object: ObjectRef, signal: AbortSignal): Promise<KubeObject>;
  /**
   * Carries one operation out, or with `dryRun` only asks what would come of it; the object afterwards, where there is
   * one. A patch is refused where the object has another `resourceVersion` than this.
   */
  write(
    operation: Operation,
    options: { readonly dryRun: boolean; readonly resourceVersion?: string | undefined },
    signal: AbortSignal,
  ): Promise<KubeObject | undefined>;
  note(note: ObjectNote, signal: AbortSignal): Promise<void>;
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
