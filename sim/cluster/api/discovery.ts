import { unknownResource } from './api-error.ts';
import { json, text, type Reply } from './request.ts';
import { groupVersionOf, type Resource, type ResourceTable } from './resources.ts';

/** The Kubernetes release whose behaviour is stood in for. */
const version = {
  major: '1',
  minor: '33',
  gitVersion: 'v1.33.4',
  gitCommit: '74cdb4273d0ad1a4ac0f1a8e1d2e4f1d5f0c9e4a',
  gitTreeState: 'clean',
  buildDate: '2026-08-13T14:07:55Z',
  goVersion: 'go1.24.5',
  compiler: 'gc',
  platform: 'linux/amd64',
};

const healthPaths = new Set(['/healthz', '/livez', '/readyz']);

/** What is not about one resource: versions, health, and which resources there are. */
export function discover(table: ResourceTable, method: string, path: string): Reply {
  if (method !== 'GET') return notFoundPage();
  if (healthPaths.has(path)) return text(200, 'ok');
  const parts = path.split('/').filter((part) => part !== '');
  const [root, group, groupVersion] = parts;
  if (path === '/version' || path === '/version/') return json(200, version);
  if (root === 'api' && parts.length === 1) {
    return json(200, { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] });
  }
  if (root === 'api' && parts.length === 2) return resourceList(table, '', group ?? '');
  if (root !== 'apis') return notFoundPage();
  if (parts.length === 1) {
    const groups = [...new Set(table.all.map((one) => one.group))].filter((one) => one !== '');
    return json(200, {
      kind: 'APIGroupList',
      apiVersion: 'v1',
      groups: groups.map((one) => describeGroup(table, one)),
    });
  }
  if (parts.length === 2) {
    const known = table.all.some((one) => one.group === group);
    return known
      ? json(200, { kind: 'APIGroup', apiVersion: 'v1', ...describeGroup(table, group ?? '') })
      : notFoundPage();
  }
  return parts.length === 3 ? resourceList(table, group ?? '', groupVersion ?? '') : notFoundPage();
}

const notFoundPage = (): Reply => text(404, '404 page not found\n');

function describeGroup(table: ResourceTable, group: string) {
  const versions = [...new Set(table.all.filter((one) => one.group === group).map(groupVersionOf))].map(
    (groupVersion) => ({ groupVersion, version: groupVersion.split('/')[1] }),
  );
  return { name: group, versions, preferredVersion: versions[0] };
}

function resourceList(table: ResourceTable, group: string, versionName: string): Reply {
  const resources = table.all.filter((one) => one.group === group && one.version === versionName);
  if (resources.length === 0) return notFoundPage();
  return json(200, {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: groupVersionOf({ group, version: versionName }),
    resources: resources.flatMap(describeResource),
  });
}

const subresourceVerbs: Readonly<Record<string, readonly string[]>> = { log: ['get'], eviction: ['create'] };

function describeResource(one: Resource) {
  const { resource: name, singular: singularName, namespaced, kind, verbs, shortNames } = one;
  const subresources = one.subresources.map((subresource) => ({
    name: `${name}/${subresource}`,
    singularName: '',
    namespaced,
    kind: subresource === 'scale' ? 'Scale' : subresource === 'eviction' ? 'Eviction' : kind,
    ...(subresource === 'scale' ? { group: 'autoscaling', version: 'v1' } : {}),
    ...(subresource === 'eviction' ? { group: 'policy', version: 'v1' } : {}),
    verbs: subresourceVerbs[subresource] ?? ['get', 'patch', 'update'],
  }));
  return [
    { name, singularName, namespaced, kind, verbs, ...(shortNames.length === 0 ? {} : { shortNames }) },
    ...subresources,
  ];
}

/** A known group with an unknown resource answers a Status, an unknown group the plain page. */
export function answerUnknown(table: ResourceTable, group: string, versionName: string): Reply {
  if (table.all.some((one) => one.group === group && one.version === versionName)) throw unknownResource();
  return notFoundPage();
}
