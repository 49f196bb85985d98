import type { HttpBindings } from '@hono/node-server';
import { Hono, type Context } from 'hono';
import type { Control } from './control/control.ts';
import { respond } from './control/respond.ts';
import { controlRoutes } from './control/routes.ts';
import { pageBundle } from './page-bundle.ts';
import type { Platform } from './platform.ts';
import { SlackError } from './slack-error.ts';
import { mimetype } from './state/files.ts';
import { webApiRoutes } from './web-api/routes.ts';

/** Everything the stand-in serves over HTTP. */
export function server(platform: Platform, control: Control): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.route('/api', webApiRoutes(platform));
  app.route('/control', controlRoutes(control));
  app.post('/upload/v1/:key', (c) => upload(c, c.req.param('key'), platform));
  app.get('/files/:id', (c) => download(c.req.param('id'), platform));
  app.post('/actions/:key', (c) => takeResponse(c, c.req.param('key'), platform));
  app.get('/', async (c) => {
    const { status, html } = await pageBundle();
    return c.html(html, status);
  });
  return app;
}

/** Takes the bytes as the SDK sends them (the form field `body`), or as they are. */
async function upload(context: Context, key: string, { files }: Platform): Promise<Response> {
  const file = files.byUploadKey(key);
  if (file === undefined) return context.text('unknown upload', 404);
  const isForm = context.req.header('content-type')?.startsWith('multipart/form-data') === true;
  const bytes = isForm ? await formBytes(context) : new Uint8Array(await context.req.arrayBuffer());
  if (bytes.length !== file.length) return context.text(`expected ${file.length} bytes`, 400);
  files.put({ ...file, bytes });
  return context.text(`OK - ${bytes.length}`);
}

async function formBytes(context: Context): Promise<Uint8Array> {
  const [part] = [...(await context.req.formData()).values()];
  return part instanceof Blob ? new Uint8Array(await part.arrayBuffer()) : Buffer.from(part ?? '');
}

function download(id: string, { files }: Platform): Response {
  const file = files.get(id);
  if (file?.bytes === undefined) return new Response('file_not_found', { status: 404 });
  const headers = { 'content-type': mimetype(file), 'x-content-type-options': 'nosniff' };
  return new Response(Buffer.from(file.bytes), { headers });
}

async function takeResponse(context: Context, key: string, platform: Platform): Promise<Response> {
  const target = platform.responseUrls.take(key);
  if (typeof target === 'string') return context.json({ ok: false, error: target }, 404);
  try {
    respond(platform, target, await context.req.json());
    return context.text('ok');
  } catch (error) {
    if (error instanceof SlackError) {
      return context.json({ ok: false, error: error.code, ...error.details }, 400);
    }
    if (error instanceof SyntaxError) return context.json({ ok: false, error: 'invalid_payload' }, 400);
    throw error;
  }
}
