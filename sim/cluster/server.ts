import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { ApiError, notAcceptable, unauthorized } from './api/api-error.ts';
import type { User } from './api/rbac.ts';
import { isTrue, parseTarget, type ApiRequest, type Reply } from './api/request.ts';
import type { FaultAnswer, Faults } from './fault-injection.ts';
import type { Journal } from './journal.ts';

export interface ServerParts {
  authenticate(token: string): User | undefined;
  answer(request: ApiRequest): Reply;
  now(): Date;
  readonly faults: Faults;
  readonly journal: Journal;
}

export interface ServerOptions {
  readonly port: number;
  readonly tls: { readonly key: string; readonly cert: string } | undefined;
}

export interface Server {
  readonly url: string;
  close(): Promise<void>;
}

const nobody: User = { name: '', groups: [] };

/** The HTTP side: bodies, tokens, media types, streams, faults; what a request means is not its business. */
export async function listen(parts: ServerParts, { port, tls }: ServerOptions): Promise<Server> {
  const onRequest = (incoming: IncomingMessage, response: ServerResponse): void => {
    serve(parts, incoming, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else sendStatus(response, internal(error));
    });
  };
  const server = tls === undefined ? createHttpServer(onRequest) : createHttpsServer(tls, onRequest);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${String(bound)}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(parts: ServerParts, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const at = parts.now();
  const url = incoming.url ?? '/';
  const method = incoming.method ?? 'GET';
  const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
  const target = parseTarget(method, pathname, searchParams);
  const body = await readText(incoming);
  const token = /^Bearer (.+)$/.exec(incoming.headers.authorization ?? '')?.[1];
  const user = token === undefined ? undefined : parts.authenticate(token);

  const dryRun = searchParams.getAll('dryRun').includes('All');
  const record = (status: number) =>
    parts.journal.record({
      at,
      method,
      url,
      verb: target.verb,
      group: target.kind === 'path' ? '' : target.group,
      resource:
        target.kind === 'path'
          ? ''
          : [target.resource, target.subresource].filter((one) => one !== '').join('/'),
      namespace: target.kind === 'path' ? '' : target.namespace,
      name: target.kind === 'path' ? '' : target.name,
      user: user?.name ?? '',
      status,
      dryRun,
      body,
    });

  const fault = parts.faults.take({
    target: target.kind === 'path' ? undefined : target,
    path: pathname,
    user: user ?? nobody,
    dryRun,
  });
  if (fault !== undefined && (await injected(fault, response, record))) return;

  let reply: Reply;
  try {
    if (user === undefined) throw unauthorized();
    if (!acceptsJson(incoming.headers.accept) && !pathname.endsWith('/log')) throw notAcceptable();
    reply = parts.answer({
      method,
      path: pathname,
      query: searchParams,
      headers: incoming.headers,
      user,
      target,
      body,
      denial: fault?.kind === 'webhook' ? denialBy(fault) : undefined,
    });
  } catch (error) {
    const refusal = error instanceof ApiError ? error : internal(error);
    record(refusal.code);
    sendStatus(response, refusal);
    return;
  }
  record(reply.kind === 'stream' ? 200 : reply.code);
  if (fault?.kind === 'lose-answer') {
    response.socket?.resetAndDestroy();
    return;
  }
  send(response, reply, isTrue(searchParams.get('pretty')));
}

const internal = (error: unknown): ApiError =>
  new ApiError(
    500,
    'InternalError',
    `Internal error occurred: ${error instanceof Error ? String(error.stack) : String(error)}`,
  );

async function readText(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** Clients offer a list; plain JSON or anything must be on it (tables and protobuf are not spoken). */
const acceptsJson = (accept: string | undefined): boolean =>
  accept === undefined ||
  accept.split(',').some((one) => {
    const [type = '', ...parameters] = one.split(';').map((part) => part.trim());
    const isTable = parameters.some((parameter) => parameter.startsWith('as='));
    return !isTable && ['application/json', 'application/*', '*/*', ''].includes(type);
  });

/** Carries out a fault; true where the request has thereby been dealt with. */
async function injected(
  fault: FaultAnswer,
  response: ServerResponse,
  record: (status: number) => void,
): Promise<boolean> {
  switch (fault.kind) {
    case 'status':
      record(fault.code);
      sendStatus(response, faultStatus(fault));
      return true;
    case 'webhook':
    case 'lose-answer':
      return false;
    case 'hang':
      record(0);
      return true;
    case 'reset':
      record(0);
      response.socket?.resetAndDestroy();
      return true;
    case 'delay':
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, fault.milliseconds);
        response.once('close', () => {
          clearTimeout(timer);
          resolve(undefined);
        });
      });
      return response.destroyed;
  }
}

const faultWords: Readonly<Record<number, readonly [string, string]>> = {
  401: ['Unauthorized', 'Unauthorized'],
  403: ['Forbidden', 'forbidden'],
  404: ['NotFound', 'the server could not find the requested resource'],
  409: ['Conflict', 'the server reported a conflict'],
  410: ['Expired', 'The resourceVersion for the provided list is too old.'],
  429: ['TooManyRequests', 'Too many requests, please try again later.'],
  500: ['InternalError', 'Internal error occurred'],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
  504: ['Timeout', 'request did not complete within requested timeout - context deadline exceeded'],
};

function faultStatus({
  code,
  message,
  retryAfterSeconds,
}: Extract<FaultAnswer, { kind: 'status' }>): ApiError {
  const [reason, words] = faultWords[code] ?? ['', 'unknown'];
  return new ApiError(
    code,
    reason,
    message ?? words,
    retryAfterSeconds === undefined ? undefined : { retryAfterSeconds },
  );
}

function denialBy({ name, message, code = 400 }: Extract<FaultAnswer, { kind: 'webhook' }>): ApiError {
  const why = message === undefined ? ' without explanation' : `: ${message}`;
  const reason = code === 403 ? 'Forbidden' : '';
  return new ApiError(code, reason, `admission webhook "${name}" denied the request${why}`, {});
}

function sendStatus(response: ServerResponse, error: ApiError): void {
  const seconds = error.details?.retryAfterSeconds;
  const retry = seconds === undefined ? {} : { 'Retry-After': String(seconds) };
  response.writeHead(error.code, { 'Content-Type': 'application/json', ...retry });
  response.end(`${JSON.stringify(error.status)}\n`);
}

function send(response: ServerResponse, reply: Reply, pretty: boolean): void {
  switch (reply.kind) {
    case 'json': {
      const warnings = (reply.warnings ?? []).map((warning) => `299 - ${JSON.stringify(warning)}`);
      response.writeHead(reply.code, {
        'Content-Type': 'application/json',
        ...(warnings.length === 0 ? {} : { Warning: warnings }),
      });
      response.end(`${JSON.stringify(reply.body, undefined, pretty ? 2 : undefined)}\n`);
      return;
    }
    case 'text':
      response.writeHead(reply.code, { 'Content-Type': 'text/plain' });
      response.end(reply.text);
      return;
    case 'stream': {
      response.writeHead(200, { 'Content-Type': reply.contentType });
      response.flushHeaders();
      const stop = reply.start({
        write: (chunk) => void response.write(chunk),
        end: () => void response.end(),
      });
      response.once('close', stop);
    }
  }
}
