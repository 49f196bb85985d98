import { z } from 'zod';
import type { Platform } from '../platform.ts';
import type { Tier } from '../state/rates.ts';

export type Answer = Readonly<Record<string, unknown>>;

/** One Web API method. */
export interface Method {
  readonly token: 'bot' | 'app';
  /** The app needs one of these; none means that any token will do. */
  readonly scopes: readonly string[];
  readonly tier: Tier;
  readonly args: z.ZodType;
  run(args: unknown, platform: Platform): Answer;
}

export function method<S extends z.ZodType>(definition: {
  readonly token?: 'app';
  readonly scopes?: readonly string[];
  readonly tier: Tier;
  readonly args: S;
  readonly run: (args: z.output<S>, platform: Platform) => Answer;
}): Method {
  return {
    token: 'bot',
    scopes: [],
    ...definition,
    run: (args, platform) => definition.run(args as z.output<S>, platform),
  };
}

/** Form encoding knows strings only. */
export const flag = z
  .preprocess((value) => value === true || value === 'true' || value === '1', z.boolean())
  .optional();

export const whole = z.coerce.number().int();

/** A nested value: an object in a JSON body, a JSON string in a form. Not JSON stays a string. */
export const nested = z.preprocess((value) => {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}, z.unknown());

export const page = { cursor: z.string().optional(), limit: whole.min(1).max(1000).optional() };

/** One page of a list; the cursor is opaque to the caller. */
export function paged<T>(
  all: readonly T[],
  { cursor = '', limit = 100 }: { cursor?: string | undefined; limit?: number | undefined },
): { readonly part: readonly T[]; readonly next: string } {
  const start = cursor === '' ? 0 : Number(Buffer.from(cursor, 'base64url').toString());
  const end = start + limit;
  const next = end < all.length ? Buffer.from(String(end)).toString('base64url') : '';
  return { part: all.slice(start, end), next };
}
