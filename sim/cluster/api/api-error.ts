import type { JsonObject } from '../objects/kube-object.ts';

export interface Cause {
  readonly reason: string;
  readonly message: string;
  readonly field?: string;
}

export interface GroupResource {
  readonly group: string;
  readonly resource: string;
}

interface Details {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly Cause[];
  readonly retryAfterSeconds?: number;
}

/** A refusal in Kubernetes' own words: thrown inside, a `Status` object on the wire. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: number;
  readonly reason: string;
  readonly details: Details | undefined;

  constructor(code: number, reason: string, message: string, details?: Details) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  get status(): JsonObject {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      ...(this.reason === '' ? {} : { reason: this.reason }),
      ...(this.details === undefined ? {} : { details: this.details }),
      code: this.code,
    };
  }
}

/** `deployments.apps`, or `pods` in the core group. */
export const qualified = ({ group, resource }: GroupResource): string =>
  group === '' ? resource : `${resource}.${group}`;

const about = ({ group, resource }: GroupResource, name: string): Details => ({
  ...(name === '' ? {} : { name }),
  ...(group === '' ? {} : { group }),
  kind: resource,
});

export const unauthorized = () => new ApiError(401, 'Unauthorized', 'Unauthorized');

export const badRequest = (message: string) => new ApiError(400, 'BadRequest', message);

export function forbidden(on: GroupResource, name: string, why: string): ApiError {
  const subject =
    on.resource === ''
      ? 'forbidden'
      : name === ''
        ? `${qualified(on)} is forbidden`
        : `${qualified(on)} "${name}" is forbidden`;
  return new ApiError(403, 'Forbidden', `${subject}: ${why}`, on.resource === '' ? {} : about(on, name));
}

export const notFound = (on: GroupResource, name: string) =>
  new ApiError(404, 'NotFound', `${qualified(on)} "${name}" not found`, about(on, name));

export const unknownResource = () =>
  new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});

export const methodNotAllowed = () =>
  new ApiError(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {},
  );

export const notAcceptable = () =>
  new ApiError(406, 'NotAcceptable', 'only the following media types are accepted: application/json');

export const alreadyExists = (on: GroupResource, name: string) =>
  new ApiError(409, 'AlreadyExists', `${qualified(on)} "${name}" already exists`, about(on, name));

export const conflict = (on: GroupResource, name: string, why: string) =>
  new ApiError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(on)} "${name}": ${why}`,
    about(on, name),
  );

export const modifiedMeanwhile = (on: GroupResource, name: string) =>
  conflict(
    on,
    name,
    'the object has been modified; please apply your changes to the latest version and try again',
  );

export const expired = (message: string) => new ApiError(410, 'Expired', message);

export const tooOldResourceVersion = (asked: number, oldest: number) =>
  expired(`too old resource version: ${String(asked)} (${String(oldest)})`);

export const tooLargeResourceVersion = (asked: number, current: number) =>
  new ApiError(504, 'Timeout', `Too large resource version: ${String(asked)}, current: ${String(current)}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });

export const unsupportedMediaType = (accepted: readonly string[]) =>
  new ApiError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  );

export function invalid(group: string, kind: string, name: string, causes: readonly Cause[]): ApiError {
  const lines = causes.map(({ field, message }) => (field === undefined ? message : `${field}: ${message}`));
  const text = lines.length === 1 ? String(lines[0]) : `[${lines.join(', ')}]`;
  const subject = group === '' ? kind : `${kind}.${group}`;
  return new ApiError(422, 'Invalid', `${subject} "${name}" is invalid: ${text}`, {
    name,
    ...(group === '' ? {} : { group }),
    kind,
    causes,
  });
}

/** What the API server says when a well-formed JSON patch cannot be applied (a failed `test`, a missing path). */
export const rejectedPatch = () =>
  new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});

export const tooManyRequests = (message: string, retryAfterSeconds: number, causes?: readonly Cause[]) =>
  new ApiError(429, 'TooManyRequests', message, {
    ...(causes === undefined ? {} : { causes }),
    retryAfterSeconds,
  });
