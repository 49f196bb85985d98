import type { Context } from 'hono';
import { without } from '../without.ts';
import type { Call } from './call.ts';

/** Reads a call from a form, a JSON body or the query, with the token in its header or among the arguments. */
export async function readCall(context: Context): Promise<Call> {
  const { token: argument, ...args } = { ...context.req.query(), ...(await body(context)) };
  const header = /^Bearer (.+)$/.exec(context.req.header('authorization') ?? '')?.[1];
  const token = header ?? (typeof argument === 'string' ? argument : null);
  return { method: context.req.param('method') ?? '', args: decoded(without(args, 'team_id')), token };
}

async function body(context: Context): Promise<Record<string, unknown>> {
  const type = context.req.header('content-type') ?? '';
  const text = await context.req.text();
  if (type.startsWith('application/json')) return asObject(parse(text));
  if (type.startsWith('application/x-www-form-urlencoded'))
    return Object.fromEntries(new URLSearchParams(text));
  return {};
}

/** Nested values come as JSON strings in a form; the journal and the methods see them as values. */
function decoded(args: Record<string, unknown>): Record<string, unknown> {
  const isNested = (value: unknown): value is string => typeof value === 'string' && /^[[{]/.test(value);
  const nested = ['blocks', 'attachments', 'view', 'metadata', 'files', 'message'];
  return Object.fromEntries(
    Object.entries(args).map(([key, value]) => [
      key,
      nested.includes(key) && isNested(value) ? (parse(value) ?? value) : value,
    ]),
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const asObject = (value: unknown) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
