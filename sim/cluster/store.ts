import type { KubeObject } from './objects/kube-object.ts';

export interface StoredEvent {
  readonly resourceVersion: number;
  /** Which resource, by `storageKey`. */
  readonly resource: string;
  readonly before: KubeObject | undefined;
  /** The object as written; for a deletion its last state, with the resourceVersion of the deletion. */
  readonly after: KubeObject;
  readonly deleted: boolean;
}

interface Snapshot {
  readonly items: readonly KubeObject[];
  readonly resourceVersion: number;
}

export interface Store {
  readonly resourceVersion: number;
  /** Events at or before this resourceVersion are forgotten: nobody can watch or list from there. */
  readonly compactedAt: number;
  get(resource: string, namespace: string, name: string): KubeObject | undefined;
  list(resource: string, namespace?: string): Snapshot;
  /** The list as it was at an earlier resourceVersion, or undefined where that is forgotten. */
  listAt(resource: string, namespace: string, resourceVersion: number): Snapshot | undefined;
  /** Stores the object under the next resourceVersion and answers what was stored. */
  put(resource: string, object: KubeObject): KubeObject;
  remove(resource: string, namespace: string, name: string): KubeObject | undefined;
  eventsSince(resourceVersion: number): readonly StoredEvent[];
  subscribe(listener: (event: StoredEvent) => void): () => void;
  /** Forgets the history, as etcd's compaction does every five minutes. */
  compact(): void;
}

const keyOf = (namespace: string, name: string): string => `${namespace}/${name}`;

/** etcd in a hundred lines: one revision counter for all, and a history to watch and list from. */
export function makeStore(options: { readonly historyLimit?: number } = {}): Store {
  const historyLimit = options.historyLimit ?? 20_000;
  const tables = new Map<string, Map<string, KubeObject>>();
  const listeners = new Set<(event: StoredEvent) => void>();
  let history: StoredEvent[] = [];
  let revision = 100;
  let compactedAt = revision;

  const table = (resource: string): Map<string, KubeObject> => {
    const found = tables.get(resource) ?? new Map<string, KubeObject>();
    tables.set(resource, found);
    return found;
  };

  const record = (resource: string, before: KubeObject | undefined, object: KubeObject, deleted: boolean) => {
    revision++;
    const after = { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
    const key = keyOf(after.metadata.namespace ?? '', after.metadata.name);
    if (deleted) table(resource).delete(key);
    else table(resource).set(key, after);
    const event: StoredEvent = { resourceVersion: revision, resource, before, after, deleted };
    history.push(event);
    if (history.length > historyLimit) {
      const forgotten = history.splice(0, Math.ceil(historyLimit / 2)).at(-1);
      compactedAt = forgotten?.resourceVersion ?? compactedAt;
    }
    for (const listener of [...listeners]) listener(event);
    return after;
  };

  const sorted = (objects: ReadonlyMap<string, KubeObject>, namespace: string): readonly KubeObject[] =>
    [...objects.entries()]
      .filter(([key]) => namespace === '' || key.startsWith(`${namespace}/`))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, object]) => object);

  return {
    get resourceVersion() {
      return revision;
    },
    get compactedAt() {
      return compactedAt;
    },
    get: (resource, namespace, name) => table(resource).get(keyOf(namespace, name)),
    list: (resource, namespace = '') => ({
      items: sorted(table(resource), namespace),
      resourceVersion: revision,
    }),
    listAt(resource, namespace, at) {
      if (at < compactedAt) return undefined;
      const past = new Map(table(resource));
      for (const event of history
        .filter((one) => one.resource === resource && one.resourceVersion > at)
        .reverse()) {
        const key = keyOf(event.after.metadata.namespace ?? '', event.after.metadata.name);
        if (event.before === undefined) past.delete(key);
        else past.set(key, event.before);
      }
      return { items: sorted(past, namespace), resourceVersion: at };
    },
    put(resource, object) {
      const before = table(resource).get(keyOf(object.metadata.namespace ?? '', object.metadata.name));
      return record(resource, before, object, false);
    },
    remove(resource, namespace, name) {
      const before = table(resource).get(keyOf(namespace, name));
      return before === undefined ? undefined : record(resource, before, before, true);
    },
    eventsSince: (since) => history.filter(({ resourceVersion }) => resourceVersion > since),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    compact() {
      history = [];
      compactedAt = revision;
    },
  };
}
