import type { Change, KubeObject, ObjectRef } from '../../core/remediation/change.ts';
import type { RemediationId, RemediationParams } from '../../core/remediation/kinds.ts';
import type { Kind, ObjectOf } from '../cluster-objects.ts';
import type { ListOptions, Need } from '../ports.ts';

/** What a change is made for. */
export interface Asked<Id extends RemediationId = RemediationId> {
  readonly params: RemediationParams<Id>;
  /** The target of the investigation. */
  readonly namespace: string;
  readonly service: string;
  /** When it was proposed: what is planned again is planned the same. */
  readonly at: Date;
}

/** Reads the objects that a change is about. Throws CannotLook where it is refused, unreachable or too slow. */
export interface Objects {
  read(object: ObjectRef): Promise<KubeObject>;
  list<K extends Kind>(kind: K, options: ListOptions): Promise<readonly ObjectOf<K>[]>;
}

/** What is to be done; or that it is so already; or why it cannot be done. */
export type Planned = PlannedChange | { readonly done: string } | { readonly impossible: string };

export interface PlannedChange {
  readonly change: Change;
  /** The objects as they were. */
  readonly before: readonly KubeObject[];
}

/** Remediations that netcheck can carry out. */
export type WorkId = Exclude<RemediationId, 'manual'>;

/** One kind of change. Planning reads and never writes; the same objects always give the same plan. */
export interface RemediationWork<Id extends RemediationId = RemediationId> {
  /** What it may do besides what netcheck reads anyway. */
  readonly needs: readonly Need[];
  plan(asked: Asked<Id>, objects: Objects): Promise<Planned>;
}
