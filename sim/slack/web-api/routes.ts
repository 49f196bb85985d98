import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono, type Context } from 'hono';
import type { Platform } from '../platform.ts';
import type { MethodFault } from '../state/faults.ts';
import { answer, tooMany, type Call, type Reply } from './call.ts';
import { readCall } from './read-call.ts';

interface Env {
  Bindings: HttpBindings;
}

/** `/api/<method>` as @slack/web-api calls it. */
export function webApiRoutes(platform: Platform): Hono<Env> {
  const app = new Hono<Env>();
  app.all('/:method', async (c) => {
    const at = Date.now();
    const call = await readCall(c);
    const fault = platform.faults.takeMethod(call.method);
    const reply = await faulty(call, fault, platform);
    const lost = fault?.kind === 'hang' || fault?.kind === 'drop' || fault?.kind === 'drop_after';
    record(call, lost ? { ...reply, status: 0 } : reply, at, platform);
    if (!lost) return send(c, reply, platform);
    if (fault.kind !== 'hang') c.env.incoming.socket.destroy();
    // A hanging call ends when the caller gives up, or when the stand-in closes.
    await new Promise<void>((resolve) => c.env.outgoing.once('close', resolve));
    return RESPONSE_ALREADY_SENT;
  });
  return app;
}

const nothing: Reply = { status: 0, body: {} };

async function faulty(call: Call, fault: MethodFault | undefined, platform: Platform): Promise<Reply> {
  switch (fault?.kind) {
    case undefined:
    case 'drop_after':
      return answer(call, platform);
    case 'rate_limit':
      return tooMany(fault.retry_after);
    case 'http_error':
      return { status: fault.status, body: {} };
    case 'error':
      return { status: 200, body: { ok: false, error: fault.error } };
    case 'hang':
    case 'drop':
      return nothing;
    case 'delay':
      await new Promise<void>((resolve) => platform.timers.after(fault.delay_ms, resolve));
      return answer(call, platform);
  }
}

function send(c: Context<Env>, { status, body, retryAfter }: Reply, { settings }: Platform): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'x-oauth-scopes': settings.app.scopes.join(','),
      'x-slack-req-id': c.req.header('x-request-id') ?? 'stand-in',
      ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
    },
  });
}

function record(call: Call, { status, body }: Reply, at: number, { journal, workspace }: Platform): void {
  const ts = body['ts'] ?? body['message_ts'];
  const named = typeof call.args['channel'] === 'string' ? call.args['channel'] : '';
  const channel = body['channel'] ?? workspace.channel(named)?.id;
  const message =
    typeof ts === 'string' && typeof channel === 'string' ? workspace.message(channel, ts) : undefined;
  journal.push({
    method: call.method,
    args: call.args,
    status,
    response: body,
    at,
    ms: Date.now() - at,
    ...(message?.notifies !== undefined && { notifies: message.notifies }),
  });
}
