import type { ResourceTable } from './api/resources.ts';
import type { PodLogs } from './pod-logs.ts';
import type { Ids } from './objects/ids.ts';
import type { Store } from './store.ts';

/** What the API handlers and the controllers share. */
export interface ClusterState {
  readonly store: Store;
  readonly table: ResourceTable;
  readonly ids: Ids;
  readonly logs: PodLogs;
  /** The cluster's clock. */
  now(): Date;
}

/** Kubernetes writes times to the second. */
export const timestamp = (time: Date): string => time.toISOString().replace(/\.\d{3}Z$/, 'Z');
