import { storageKey } from '../api/resources.ts';
import { isLeaving, type Cluster, type Reconcile } from './controller.ts';

/** Deletes what is left of deleted owners. Owners that never were in the store do not count: a manifest may omit them. */
export function collectGarbage(cluster: Cluster): Reconcile {
  const deleted = new Set<string>();
  let checked = 0;
  cluster.state.store.subscribe((event) => {
    const { uid } = event.after.metadata;
    if (event.deleted && uid !== undefined) deleted.add(uid);
  });
  const resources = cluster.state.table.all.filter((one) => one.group !== 'events.k8s.io');
  return () => {
    if (deleted.size === checked) return;
    checked = deleted.size;
    for (const resource of resources) {
      for (const object of cluster.list(storageKey(resource))) {
        const owners = object.metadata.ownerReferences ?? [];
        const left = owners.filter(({ uid }) => !deleted.has(uid));
        if (left.length === owners.length || isLeaving(object)) continue;
        if (left.length === 0) cluster.remove(storageKey(resource), object);
        else {
          const metadata = { ...object.metadata, ownerReferences: left };
          cluster.replace(storageKey(resource), object, { ...object, metadata });
        }
      }
    }
  };
}
