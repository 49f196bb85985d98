import type { KubeObject } from '../objects/kube-object.ts';
import type { ClusterState } from '../state.ts';
import type { StoredEvent } from '../store.ts';
import type { ApiError } from './api-error.ts';
import { badRequest, invalid, tooLargeResourceVersion, tooOldResourceVersion } from './api-error.ts';
import { toWire } from './events.ts';
import { compileSelectors, readResourceVersion } from './read.ts';
import { isTrue, type ApiRequest, type Reply, type ResourceTarget, type StreamSink } from './request.ts';
import { groupVersionOf, storageKey, type Resource } from './resources.ts';

export interface WatchOptions {
  /** Milliseconds between bookmarks, for those who ask for them (the real server: about a minute). */
  readonly bookmarkEvery: number;
  /** Every open watch, so that a test can end or fail them all. */
  readonly open: Set<OpenWatch>;
}

export interface OpenWatch {
  readonly resource: string;
  /** Ends the stream as the server does after its own timeout. */
  end(): void;
  /** Sends an ERROR event with this refusal's Status, and ends. */
  fail(error: ApiError): void;
}

export function watch(
  state: ClusterState,
  resource: Resource,
  request: ApiRequest,
  target: ResourceTarget,
  options: WatchOptions,
): Reply {
  const { query } = request;
  const matches = compileSelectors(query, resource);
  const since = readResourceVersion(query);
  const seconds = query.get('timeoutSeconds');
  if (seconds !== null && !/^\d+$/.test(seconds)) {
    throw badRequest(`strconv.ParseInt: parsing "${seconds}": invalid syntax`);
  }
  if (isTrue(query.get('sendInitialEvents'))) {
    const message =
      'Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled';
    throw invalid('meta.k8s.io', 'ListOptions', '', [
      { reason: 'FieldValueForbidden', message, field: 'sendInitialEvents' },
    ]);
  }
  const namespace = resource.namespaced ? target.namespace : '';
  const isOurs = (object: KubeObject) =>
    (namespace === '' || object.metadata.namespace === namespace) && matches(object);

  const start = (sink: StreamSink): (() => void) => {
    const stops: (() => void)[] = [];
    const send = (type: string, object: unknown) => sink.write(`${JSON.stringify({ type, object })}\n`);
    const stop = () => {
      for (const one of stops.splice(0)) one();
    };
    const end = () => {
      stop();
      sink.end();
    };
    const fail = (error: ApiError) => {
      send('ERROR', error.status);
      end();
    };
    const { store } = state;
    if (since !== undefined && since > store.resourceVersion) {
      fail(tooLargeResourceVersion(since, store.resourceVersion));
      return stop;
    }
    if (since !== undefined && since !== 0 && since < store.compactedAt) {
      fail(tooOldResourceVersion(since, store.compactedAt));
      return stop;
    }
    const forward = (event: StoredEvent) => {
      const type = event.resource === storageKey(resource) ? typeFor(event, isOurs) : undefined;
      if (type !== undefined) send(type, toWire(resource, event.after));
    };
    if (since === undefined || since === 0) {
      for (const object of store.list(storageKey(resource), namespace).items) {
        if (isOurs(object)) send('ADDED', toWire(resource, object));
      }
    } else for (const event of store.eventsSince(since)) forward(event);
    stops.push(store.subscribe(forward));

    const bookmark = () =>
      send('BOOKMARK', {
        kind: resource.kind,
        apiVersion: groupVersionOf(resource),
        metadata: { resourceVersion: String(store.resourceVersion), creationTimestamp: null },
      });
    const bookmarks = isTrue(query.get('allowWatchBookmarks'));
    if (bookmarks) {
      const timer = setInterval(bookmark, options.bookmarkEvery);
      stops.push(() => clearInterval(timer));
    }
    if (seconds !== null && seconds !== '0') {
      const timer = setTimeout(
        () => {
          // The real server sends one bookmark shortly before it ends a watch.
          if (bookmarks) bookmark();
          end();
        },
        Number(seconds) * 1000,
      );
      stops.push(() => clearTimeout(timer));
    }
    const open: OpenWatch = { resource: resource.resource, end, fail };
    options.open.add(open);
    stops.push(() => options.open.delete(open));
    return stop;
  };
  return { kind: 'stream', contentType: 'application/json', start };
}

/** A selector makes its own world: an object that no longer matches is DELETED there, one that newly does is ADDED. */
function typeFor(event: StoredEvent, isOurs: (object: KubeObject) => boolean): string | undefined {
  const before = event.before !== undefined && isOurs(event.before);
  const after = !event.deleted && isOurs(event.after);
  if (before && after) return 'MODIFIED';
  if (after) return 'ADDED';
  return before ? 'DELETED' : undefined;
}
