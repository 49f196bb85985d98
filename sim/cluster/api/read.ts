import { without, type KubeObject } from '../objects/kube-object.ts';
import type { ClusterState } from '../state.ts';
import {
  badRequest,
  expired,
  notFound,
  tooLargeResourceVersion,
  tooOldResourceVersion,
} from './api-error.ts';
import { toWire } from './events.ts';
import { parseFieldSelector } from './field-selector.ts';
import { parseLabelSelector } from './label-selector.ts';
import { json, type ApiRequest, type Reply, type ResourceTarget } from './request.ts';
import { groupVersionOf, storageKey, type Resource } from './resources.ts';

export function getObject(
  state: ClusterState,
  resource: Resource,
  { namespace, name }: ResourceTarget,
): KubeObject {
  const found = state.store.get(storageKey(resource), resource.namespaced ? namespace : '', name);
  if (found === undefined) throw notFound(resource, name);
  return found;
}

export function compileSelectors(
  query: URLSearchParams,
  resource: Resource,
): (object: KubeObject) => boolean {
  const byLabels = parseLabelSelector(query.get('labelSelector') ?? '');
  const byFields = parseFieldSelector(query.get('fieldSelector') ?? '', resource);
  return (object) => byLabels(object.metadata.labels) && byFields(toWire(resource, object));
}

export function readResourceVersion(query: URLSearchParams): number | undefined {
  const text = query.get('resourceVersion') ?? '';
  if (text === '') return undefined;
  if (!/^\d+$/.test(text)) {
    throw badRequest(`invalid resource version: strconv.ParseUint: parsing "${text}": invalid syntax`);
  }
  return Number(text);
}

interface Page {
  readonly resourceVersion: number;
  /** The key after which the next page starts. */
  readonly after: string;
}

const encodePage = ({ resourceVersion, after }: Page): string =>
  Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: resourceVersion, start: after })).toString(
    'base64url',
  );

function decodePage(token: string): Page {
  try {
    const { v, rv, start } = JSON.parse(Buffer.from(token, 'base64url').toString()) as Record<
      string,
      unknown
    >;
    if (v === 'meta.k8s.io/v1' && typeof rv === 'number' && typeof start === 'string') {
      return { resourceVersion: rv, after: start };
    }
  } catch {
    // Falls through to the refusal: the token is not one of ours.
  }
  throw badRequest('continue key is not valid');
}

const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;

export function list(
  state: ClusterState,
  resource: Resource,
  request: ApiRequest,
  target: ResourceTarget,
): Reply {
  const { query } = request;
  const matches = compileSelectors(query, resource);
  const limit = Number(query.get('limit') ?? '0');
  const token = query.get('continue') ?? '';
  const asked = readResourceVersion(query);
  if (token !== '' && asked !== undefined && asked !== 0) {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
  const page = token === '' ? undefined : decodePage(token);
  const namespace = resource.namespaced ? target.namespace : '';
  const snapshot = snapshotOf(
    state,
    resource,
    namespace,
    page,
    asked,
    query.get('resourceVersionMatch') ?? '',
  );
  const all = snapshot.items.filter(
    (object) => (page === undefined || keyOf(object) > page.after) && matches(object),
  );
  const items = limit > 0 ? all.slice(0, limit) : all;
  const last = items.at(-1);
  const more = last !== undefined && items.length < all.length;
  const selected = (query.get('labelSelector') ?? '') !== '' || (query.get('fieldSelector') ?? '') !== '';
  return json(200, {
    kind: `${resource.kind}List`,
    apiVersion: groupVersionOf(resource),
    metadata: {
      resourceVersion: String(snapshot.resourceVersion),
      ...(more
        ? { continue: encodePage({ resourceVersion: snapshot.resourceVersion, after: keyOf(last) }) }
        : {}),
      ...(more && !selected ? { remainingItemCount: all.length - items.length } : {}),
    },
    // Items of a list carry neither kind nor apiVersion on the real wire.
    items: items.map((object) => {
      const shown = toWire(resource, object);
      return resource.custom ? shown : without(shown, 'kind', 'apiVersion');
    }),
  });
}

function snapshotOf(
  { store }: ClusterState,
  resource: Resource,
  namespace: string,
  page: Page | undefined,
  asked: number | undefined,
  match: string,
) {
  const key = storageKey(resource);
  if (page !== undefined) {
    const past = store.listAt(key, namespace, page.resourceVersion);
    if (past === undefined) {
      throw expired(
        'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
      );
    }
    return past;
  }
  if (match !== '' && asked === undefined)
    throw badRequest('resourceVersionMatch is forbidden unless resourceVersion is provided');
  if (asked !== undefined && asked > store.resourceVersion)
    throw tooLargeResourceVersion(asked, store.resourceVersion);
  if (match !== 'Exact' || asked === undefined) return store.list(key, namespace);
  const past = store.listAt(key, namespace, asked);
  if (past === undefined) throw tooOldResourceVersion(asked, store.compactedAt);
  return past;
}
