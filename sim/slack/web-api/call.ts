import { refusal, SlackError } from '../slack-error.ts';
import { explain } from '../blocks/explain.ts';
import type { Platform } from '../platform.ts';
import { chat } from './chat.ts';
import { conversations } from './conversations.ts';
import { extras } from './extras.ts';
import { files } from './files.ts';
import type { Answer, Method } from './method.ts';
import { users } from './users.ts';
import { views } from './views.ts';

const methods: ReadonlyMap<string, Method> = new Map(
  Object.entries({ ...chat, ...conversations, ...extras, ...files, ...users, ...views }),
);

export interface Call {
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly token: string | null;
}

export interface Reply {
  readonly status: number;
  readonly body: Answer;
  /** Seconds. */
  readonly retryAfter?: number;
}

/** Slack's own order: does the method exist, who calls, how often, with which rights, with what. */
export function answer(call: Call, platform: Platform): Reply {
  try {
    const method = methods.get(call.method);
    if (method === undefined) {
      throw new SlackError('unknown_method', { req_method: call.method });
    }
    authenticate(call, method, platform);
    const wait = take(call, method, platform);
    if (wait > 0) return tooMany(wait);
    authorize(method, platform);
    return { status: 200, body: { ok: true, ...run(call, method, platform) } };
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    return { status: 200, body: { ok: false, error: error.code, ...error.details } };
  }
}

export const tooMany = (retryAfter: number): Reply => ({
  status: 429,
  retryAfter,
  body: { ok: false, error: 'ratelimited' },
});

function authenticate({ token }: Call, method: Method, { credentials }: Platform): void {
  if (token === null || token === '') throw new SlackError('not_authed');
  const isApp = token === credentials.appToken;
  if (!isApp && token !== credentials.botToken) throw new SlackError('invalid_auth');
  if (isApp !== (method.token === 'app')) throw new SlackError('not_allowed_token_type');
}

function authorize({ scopes }: Method, { settings }: Platform): void {
  const provided = settings.app.scopes;
  if (scopes.length === 0 || scopes.some((scope) => provided.includes(scope))) return;
  throw new SlackError('missing_scope', { needed: scopes[0], provided: provided.join(',') });
}

/** Posting is limited a channel, everything else a method. */
function take({ method: name, args }: Call, { tier }: Method, { rates, workspace }: Platform): number {
  if (tier !== 'posting') return rates.take(name, tier);
  const channel = typeof args['channel'] === 'string' ? args['channel'] : '';
  return (
    rates.take(`${name}:${workspace.channel(channel)?.id ?? channel}`, tier) || rates.take(name, 'workspace')
  );
}

function run({ args }: Call, method: Method, platform: Platform): Answer {
  const parsed = method.args.safeParse(args, { reportInput: true });
  if (!parsed.success) throw refusal('invalid_arguments', explain(parsed.error.issues, ''));
  return method.run(parsed.data, platform);
}
