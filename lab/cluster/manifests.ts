import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import type { Workload } from '../../sim/cluster/objects/kinds.ts';
import type { KubeObject } from '../../sim/cluster/objects/kube-object.ts';
import { withEnv } from './with-env.ts';

const netcheck = ['rbac', 'rbac-remediator', 'rbac-probes-ephemeral', 'rbac-probes-node'];
const folder = join(import.meta.dirname, '..');

/** What the lab's cluster begins with. The pods of checkout have these environment variables besides their own. */
export async function readManifests(
  checkoutEnv: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const read = (path: string): Promise<string> => readFile(join(folder, path), 'utf8');
  const rest = [
    ...netcheck.map((name) => `../deploy/${name}.yaml`),
    ...['nodes', 'system'].map((name) => `manifests/${name}.yaml`),
  ];
  const shop = parseAllDocuments(await read('manifests/shop.yaml')).map((document) => {
    const object = document.toJS() as KubeObject;
    return stringify(isCheckout(object) ? toldEnv(object, checkoutEnv) : object);
  });
  return [...(await Promise.all(rest.map(read))), ...shop];
}

function isCheckout({ kind, metadata }: KubeObject): boolean {
  return kind === 'Deployment' && metadata.name === 'checkout';
}

function toldEnv(object: KubeObject, env: Readonly<Record<string, string>>): Workload {
  const { spec, ...rest } = object as Workload;
  return { ...rest, spec: { ...spec, template: withEnv(spec.template, env) } };
}
