import { storageKey } from '../api/resources.ts';
import { isLeaving, type Cluster, type Reconcile } from './controller.ts';

/** Gives each namespace its `default` ServiceAccount, and empties those that are being deleted. */
export const keepNamespaces =
  (cluster: Cluster): Reconcile =>
  () => {
    for (const namespace of cluster.list('namespaces')) {
      const { name } = namespace.metadata;
      if (isLeaving(namespace)) empty(cluster, name);
      else if (cluster.state.store.get('serviceaccounts', name, 'default') === undefined) {
        cluster.insert('serviceaccounts', {
          apiVersion: 'v1',
          kind: 'ServiceAccount',
          metadata: { name: 'default', namespace: name },
        });
      }
    }
  };

function empty(cluster: Cluster, name: string): void {
  const namespaced = cluster.state.table.all.filter((one) => one.namespaced && one.group !== 'events.k8s.io');
  let left = 0;
  for (const resource of namespaced) {
    const objects = cluster.list(storageKey(resource), name);
    left += objects.length;
    for (const object of objects) if (!isLeaving(object)) cluster.remove(storageKey(resource), object, 0);
  }
  if (left === 0) cluster.state.store.remove('namespaces', '', name);
}
