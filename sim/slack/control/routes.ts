import { Hono, type Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { z } from 'zod';
import { SlackError } from '../slack-error.ts';
import { fault } from '../state/faults.ts';
import type { Control } from './control.ts';
import { requests } from './requests.ts';

/** The control API: what the page and the demo's player use. */
export function controlRoutes(control: Control): Hono {
  const app = new Hono();
  app.get('/state', (c) => c.json(control.state(c.req.query('user'))));
  app.get('/journal', (c) => c.json(control.journal()));
  app.get('/deliveries', (c) => c.json(control.deliveries()));
  app.get('/stream', (c) => stream(c, control));

  const post = <S extends z.ZodType>(path: string, body: S, run: (body: z.output<S>) => unknown) =>
    app.post(path, async (c) => c.json(await run(body.parse(await c.req.json()))));
  post('/message', requests.message, (body) => control.message(body));
  post('/bot-message', requests.botMessage, (body) => control.botMessage(body));
  post('/command', requests.command, (body) => control.command(body));
  post('/action', requests.action, (body) => control.action(body));
  post('/options', requests.options, (body) => control.options(body));
  post('/shortcut', requests.shortcut, (body) => control.shortcut(body));
  post('/view/submit', requests.viewSubmit, (body) => control.viewSubmit(body));
  post('/view/close', requests.viewClose, (body) => control.viewClose(body));
  post('/channel', requests.channel, (body) => control.channel(body));
  post('/invite', requests.invite, (body) => control.invite(body));
  post('/rename', requests.rename, (body) => control.rename(body));
  post('/archive', requests.archive, (body) => control.archive(body));
  post('/home', requests.home, (body) => control.home(body));
  post('/fault', fault, (body) => control.fault(body));

  app.onError((error, c) => {
    if (error instanceof SlackError) return c.json({ ok: false, error: error.code });
    if (error instanceof z.ZodError) return c.json({ ok: false, error: z.prettifyError(error) }, 400);
    if (error instanceof SyntaxError) return c.json({ ok: false, error: 'invalid_json' }, 400);
    throw error;
  });
  return app;
}

function stream(context: Context, control: Control): Response {
  const { id } = control.user(context.req.query('user'));
  return streamSSE(context, async (sse) => {
    const stop = control.stream(id, (event) => void sse.writeSSE({ data: JSON.stringify(event) }));
    await new Promise<void>((resolve) => sse.onAbort(resolve));
    stop();
  });
}
