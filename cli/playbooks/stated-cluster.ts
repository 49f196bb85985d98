import { KubeConfig } from '@kubernetes/client-node';
import { parseAllDocuments, stringify } from 'yaml';
import * as z from 'zod';
import { makeResourceTable } from '../../sim/cluster/api/resources.ts';
import { clusterAdmin } from '../../sim/cluster/identities.ts';
import { startCluster } from '../../sim/cluster/start-cluster.ts';
import { createClusterReader } from '../../workers/adapters/kubernetes.ts';
import type { ClusterReader } from '../../workers/ports.ts';

interface StatedCluster {
  readonly reader: ClusterReader;
  readonly close: () => Promise<void>;
}

const nothing: StatedCluster = {
  reader: { list: () => Promise.resolve([]) },
  close: () => Promise.resolve(),
};

const Manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});
type Manifest = z.infer<typeof Manifest>;

/**
 * An API server that holds the objects of a case as they are stated, and the client that netcheck asks one with. As
 * `kubectl -n <namespace>` would, it puts what names no namespace into that of the target.
 */
export async function stateCluster(objects: string, namespace: string): Promise<StatedCluster> {
  if (objects.trim() === '') return nothing;
  const manifests = readManifests(objects).map((manifest) => inNamespace(manifest, namespace));
  const namespaces = new Set(manifests.flatMap(({ metadata }) => metadata.namespace ?? []));
  const all = [...[...namespaces].map(namespaceOf), ...manifests];
  const sim = await startCluster({ still: true, manifests: all.map((one) => stringify(one)) });
  const config = new KubeConfig();
  config.loadFromString(sim.kubeconfig(clusterAdmin));
  return { reader: createClusterReader(config), close: () => sim.close() };
}

function readManifests(objects: string): Manifest[] {
  return parseAllDocuments(objects).map((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    const manifest = Manifest.safeParse(document.toJS());
    if (manifest.success) return manifest.data;
    throw new Error(
      `every object has apiVersion, kind and metadata.name, and ${document.toString().trim()} has not`,
    );
  });
}

const table = makeResourceTable([]);

function inNamespace(manifest: Manifest, namespace: string): Manifest {
  if (table.ofKind(manifest.apiVersion, manifest.kind)?.namespaced !== true) return manifest;
  return { ...manifest, metadata: { namespace, ...manifest.metadata } };
}

function namespaceOf(name: string): Manifest {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}
