import { badRequest } from '../api/api-error.ts';
import { isObject, isSame, type JsonObject } from './kube-object.ts';

/**
 * `patchMergeKey` of the lists that merge, by the end of their path; all other lists are replaced.
 * Source: the `patchMergeKey` tags of k8s.io/api core/v1, apps/v1, policy/v1 and batch/v1.
 */
const mergeKeys: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  ephemeralContainers: 'name',
  'containers.env': 'name',
  'initContainers.env': 'name',
  'ephemeralContainers.env': 'name',
  'containers.ports': 'containerPort',
  'initContainers.ports': 'containerPort',
  'ephemeralContainers.ports': 'containerPort',
  volumeMounts: 'mountPath',
  volumeDevices: 'devicePath',
  volumes: 'name',
  imagePullSecrets: 'name',
  hostAliases: 'ip',
  topologySpreadConstraints: 'topologyKey',
  conditions: 'type',
  ownerReferences: 'uid',
  podIPs: 'ip',
  hostIPs: 'ip',
  addresses: 'type',
};

/** Lists of plain values that merge as sets. */
const setLists = new Set(['finalizers', 'podCIDRs']);

function mergeKeyOf(path: readonly string[], kind: string): string | undefined {
  const last = path.at(-1) ?? '';
  if (kind === 'Service' && path.join('.') === 'spec.ports') return 'port';
  if (kind === 'ServiceAccount' && path.join('.') === 'secrets') return 'name';
  if (last === 'addresses' && kind !== 'Node') return undefined;
  return mergeKeys[`${path.at(-2) ?? ''}.${last}`] ?? mergeKeys[last];
}

/** Kubernetes' own patch: lists with a merge key merge item by item, `$patch` and its kin direct. */
export function applyStrategicMerge(document: JsonObject, patch: JsonObject, kind: string): JsonObject {
  return mergeObject(document, patch, [], kind) ?? {};
}

const orderPrefix = '$setElementOrder/';
const deletePrefix = '$deleteFromPrimitiveList/';

function mergeObject(
  target: unknown,
  patch: JsonObject,
  path: readonly string[],
  kind: string,
): JsonObject | undefined {
  const directive = patch['$patch'];
  if (directive === 'delete') return undefined;
  if (directive === 'replace') return withoutDirectives(patch);
  if (directive !== undefined && directive !== 'merge')
    throw badRequest(`unknown patch type found: ${JSON.stringify(directive)}`);

  const retained = patch['$retainKeys'];
  const base = isObject(target) ? target : {};
  const merged: Record<string, unknown> = Array.isArray(retained)
    ? Object.fromEntries(Object.entries(base).filter(([key]) => retained.includes(key)))
    : { ...base };
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith(deletePrefix)) {
      const field = key.slice(deletePrefix.length);
      const list = merged[field];
      if (Array.isArray(list)) merged[field] = list.filter((item) => !(value as unknown[]).includes(item));
    } else if (!key.startsWith('$')) {
      const next = value === null ? undefined : mergeValue(merged[key], value, [...path, key], kind);
      if (next === undefined) Reflect.deleteProperty(merged, key);
      else merged[key] = next;
    }
  }
  return reordered(merged, patch, path, kind);
}

function mergeValue(target: unknown, patch: unknown, path: readonly string[], kind: string): unknown {
  if (isObject(patch)) return mergeObject(target, patch, path, kind);
  if (!Array.isArray(patch)) return patch;
  const items = patch as unknown[];
  if (setLists.has(path.at(-1) ?? '') && Array.isArray(target)) {
    return [...(target as unknown[]), ...items.filter((item) => !target.includes(item))];
  }
  const key = mergeKeyOf(path, kind);
  return key === undefined ? items.map(stripped) : mergeList(target, items, key, path, kind);
}

function mergeList(
  target: unknown,
  patch: readonly unknown[],
  key: string,
  path: readonly string[],
  kind: string,
): unknown[] {
  const replaces = patch.some((item) => isObject(item) && item['$patch'] === 'replace');
  const list: unknown[] = replaces || !Array.isArray(target) ? [] : [...(target as unknown[])];
  for (const item of patch) {
    if (!isObject(item)) throw badRequest('cannot merge a list of objects with a list of plain values');
    const keyless = item['$patch'] === 'replace' && Object.keys(item).length === 1;
    if (keyless) continue;
    if (item[key] === undefined)
      throw badRequest(`map: ${JSON.stringify(item)} does not contain declared merge key: ${key}`);
    const index = list.findIndex((other) => isObject(other) && isSame(other[key], item[key]));
    const current = index === -1 ? undefined : list[index];
    const merged =
      item['$patch'] === 'replace' ? withoutDirectives(item) : mergeObject(current, item, path, kind);
    if (merged === undefined) {
      if (index !== -1) list.splice(index, 1);
    } else if (index === -1) list.push(merged);
    else list[index] = merged;
  }
  return list;
}

/** `$setElementOrder/<list>` puts the named items in its order; kubectl sends it with every apply. */
function reordered(
  merged: Record<string, unknown>,
  patch: JsonObject,
  path: readonly string[],
  kind: string,
): JsonObject {
  for (const [directive, order] of Object.entries(patch)) {
    if (!directive.startsWith(orderPrefix) || !Array.isArray(order)) continue;
    const field = directive.slice(orderPrefix.length);
    const list = merged[field];
    if (!Array.isArray(list)) continue;
    const key = mergeKeyOf([...path, field], kind);
    const identity = (item: unknown): unknown => (key !== undefined && isObject(item) ? item[key] : item);
    const wanted = order.map(identity);
    const rank = (item: unknown): number => {
      const at = wanted.findIndex((one) => isSame(one, identity(item)));
      return at === -1 ? Number.MAX_SAFE_INTEGER : at;
    };
    merged[field] = [...(list as unknown[])].sort((a, b) => rank(a) - rank(b));
  }
  return merged;
}

const withoutDirectives = (object: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(object)
      .filter(([key]) => !key.startsWith('$'))
      .map(([key, value]) => [key, stripped(value)]),
  );

const stripped = (value: unknown): unknown =>
  isObject(value) ? withoutDirectives(value) : Array.isArray(value) ? value.map(stripped) : value;
