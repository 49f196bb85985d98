import type { ResourceTarget } from './api/request.ts';
import type { User } from './api/rbac.ts';

/** Which requests a fault hits: whatever is not named matches. */
interface RequestMatcher {
  readonly verb?: string;
  /** `pods`, or `pods/log` for a subresource. */
  readonly resource?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** The user's full name, `system:serviceaccount:<namespace>:<name>` for a ServiceAccount. */
  readonly user?: string;
  /** The path of a request that is about no resource, such as `/version`. */
  readonly path?: string;
  /** Only dry runs, or only what is meant. */
  readonly dryRun?: boolean;
}

export type FaultAnswer =
  /** A Status of this code; 429 and 503 may carry Retry-After. */
  | {
      readonly kind: 'status';
      readonly code: number;
      readonly message?: string;
      readonly retryAfterSeconds?: number;
    }
  /** An admission webhook denies what is written, after all other checks but quotas (code: 400, or what it chooses, mostly 403). */
  | {
      readonly kind: 'webhook';
      readonly name: string;
      /** Absent: it denies without explanation. */
      readonly message?: string;
      readonly code?: number;
    }
  /** Accepts the request and never answers. */
  | { readonly kind: 'hang' }
  /** Resets the TCP connection. */
  | { readonly kind: 'reset' }
  /** Does what was asked, and resets the TCP connection instead of answering. */
  | { readonly kind: 'lose-answer' }
  /** Answers as usual, later. */
  | { readonly kind: 'delay'; readonly milliseconds: number };

interface InjectedFault {
  /** How many requests it has hit. */
  readonly hits: number;
  remove(): void;
}

export interface Faults {
  /** Answers matching requests with a fault: the next `times`, or all until it is removed. */
  fail(matcher: RequestMatcher, answer: FaultAnswer, options?: { readonly times?: number }): InjectedFault;
  clear(): void;
  /** The fault that hits this request, counted as a hit. */
  take(request: MatchedRequest): FaultAnswer | undefined;
}

interface MatchedRequest {
  readonly target: ResourceTarget | undefined;
  readonly path: string;
  readonly user: User;
  readonly dryRun: boolean;
}

export function makeFaults(): Faults {
  interface Entry {
    readonly matcher: RequestMatcher;
    readonly answer: FaultAnswer;
    readonly times: number;
    hits: number;
  }
  let entries: readonly Entry[] = [];
  return {
    fail(matcher, answer, { times = Number.POSITIVE_INFINITY } = {}) {
      const entry: Entry = { matcher, answer, times, hits: 0 };
      entries = [...entries, entry];
      return {
        get hits() {
          return entry.hits;
        },
        remove() {
          entries = entries.filter((one) => one !== entry);
        },
      };
    },
    clear() {
      entries = [];
    },
    take(request) {
      const entry = entries.find((one) => one.hits < one.times && matches(one.matcher, request));
      if (entry !== undefined) entry.hits++;
      return entry?.answer;
    },
  };
}

function matches(matcher: RequestMatcher, { target, path, user, dryRun }: MatchedRequest): boolean {
  const resource =
    target === undefined || target.subresource === ''
      ? target?.resource
      : `${target.resource}/${target.subresource}`;
  const found = {
    ...target,
    resource,
    path: target === undefined ? path : undefined,
    user: user.name,
    dryRun,
  };
  return (['verb', 'resource', 'namespace', 'name', 'user', 'path', 'dryRun'] as const).every(
    (field) => matcher[field] === undefined || matcher[field] === found[field],
  );
}
