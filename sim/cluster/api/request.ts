import type { ApiError } from './api-error.ts';
import type { Attributes, User } from './rbac.ts';

/** What a path and method ask for, as the API server's RequestInfo reads them. */
export type Target =
  | {
      readonly kind: 'resource';
      readonly verb: string;
      readonly group: string;
      readonly version: string;
      readonly resource: string;
      readonly subresource: string;
      readonly namespace: string;
      readonly name: string;
    }
  | { readonly kind: 'path'; readonly verb: string; readonly path: string };

export type ResourceTarget = Extract<Target, { kind: 'resource' }>;

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly user: User;
  readonly target: Target;
  readonly body: string;
  /** What an admission webhook says to it, once all else is in order. */
  readonly denial?: ApiError | undefined;
}

export interface StreamSink {
  write(text: string): void;
  end(): void;
}

export type Reply =
  | {
      readonly kind: 'json';
      readonly code: number;
      readonly body: unknown;
      readonly warnings?: readonly string[];
    }
  | { readonly kind: 'text'; readonly code: number; readonly text: string }
  | {
      readonly kind: 'stream';
      readonly contentType: string;
      /** Starts writing and returns what stops it. */
      readonly start: (sink: StreamSink) => () => void;
    };

export const json = (code: number, body: unknown, warnings: readonly string[] = []): Reply => ({
  kind: 'json',
  code,
  body,
  warnings,
});

export const text = (code: number, body: string): Reply => ({ kind: 'text', code, text: body });

const verbs: Readonly<Record<string, string>> = {
  GET: 'get',
  HEAD: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

const namespaceSubresources = new Set(['status', 'finalize']);

export function parseTarget(method: string, path: string, query: URLSearchParams): Target {
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
  const root = parts[0];
  const core = root === 'api' && parts.length >= 3;
  const grouped = root === 'apis' && parts.length >= 4;
  if (!core && !grouped) return { kind: 'path', verb: method.toLowerCase(), path };

  const group = core ? '' : (parts[1] ?? '');
  const version = (core ? parts[1] : parts[2]) ?? '';
  let rest = parts.slice(core ? 2 : 3);
  let namespace = '';
  if (rest[0] === 'namespaces' && rest[1] !== undefined) {
    namespace = rest[1];
    if (rest.length > 2 && !namespaceSubresources.has(rest[2] ?? '')) rest = rest.slice(2);
  }
  const [resource = '', name = '', ...deeper] = rest;
  const verb = verbOf(method, name, query);
  const named =
    name === '' && (verb === 'list' || verb === 'watch' || verb === 'deletecollection')
      ? nameInSelector(query)
      : name;
  return {
    kind: 'resource',
    verb,
    group,
    version,
    resource,
    subresource: deeper.join('/'),
    namespace,
    name: named,
  };
}

function verbOf(method: string, name: string, query: URLSearchParams): string {
  const verb = verbs[method] ?? method.toLowerCase();
  if (name !== '') return verb;
  if (verb === 'get') return isTrue(query.get('watch')) ? 'watch' : 'list';
  return verb === 'delete' ? 'deletecollection' : verb;
}

/** A list narrowed to one object by its name may be allowed by `resourceNames`. */
const nameInSelector = (query: URLSearchParams): string =>
  /(?:^|,)metadata\.name==?([^,]+)(?:,|$)/.exec(query.get('fieldSelector') ?? '')?.[1] ?? '';

export const isTrue = (value: string | null): boolean => value === 'true' || value === '1';

export const attributesOf = (target: Target): Attributes =>
  target.kind === 'path' ? { verb: target.verb, path: target.path } : target;
