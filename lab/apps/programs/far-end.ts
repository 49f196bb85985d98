/**
 * The machine outside. It answers whoever comes, at once if it is not told otherwise:
 * PORTS                `tcp:7000,http:8080,tls:8443`: TCP greets and says everything again; HTTP and HTTPS answer 200,
 *                      with 200 kB at `/big`
 * FIRST_BYTE_DELAY_MS  before it says anything in a connection, and before each answer over HTTP (0)
 * SHARE_CLOSED         of the TLS connections, how many it ends after the ClientHello, from 0 to 1 (0)
 * CLOSED_BY            `fin`, or `rst`: how it ends them (fin)
 * CERT_FILE, KEY_FILE  PEM; without, it makes a certificate for CERT_NAMES (localhost) until CERT_EXPIRES (in a month)
 */
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type Server, type Socket } from 'node:net';
import { certificate } from '../support/certificate.ts';
import { listenWidely } from '../support/listen.ts';
import { ready } from '../support/ready.ts';
import { settings } from '../support/settings.ts';

const firstByteDelayMs = settings.number('FIRST_BYTE_DELAY_MS', 0);
const shareClosed = settings.number('SHARE_CLOSED', 0);
const closedBy = settings.text('CLOSED_BY', 'fin');
const big = Buffer.alloc(200_000, 'x');

function afterDelay(say: () => void): void {
  if (firstByteDelayMs === 0) say();
  else setTimeout(say, firstByteDelayMs);
}

function echo(socket: Socket): void {
  socket.on('error', () => socket.destroy());
  afterDelay(() => {
    socket.write(`hello ${socket.remoteAddress ?? ''}:${socket.remotePort ?? ''}\n`);
    socket.pipe(socket);
  });
}

const answer: RequestListener = (request, response) => {
  afterDelay(() => {
    const body = request.url === '/big' ? big : 'ok\n';
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': body.length });
    response.end(request.method === 'HEAD' ? undefined : body);
  });
};

/** What a client leaves unused is not ended from here. */
const patient = { headersTimeout: 0, requestTimeout: 0, keepAliveTimeout: 0 };

async function https(): Promise<() => Server> {
  const server = createHttpsServer({ ...patient, ...(await certificate()) }, answer);
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  const shake = (socket: Socket): void => {
    socket.on('error', () => socket.destroy());
    if (Math.random() >= shareClosed) server.emit('connection', socket);
    // The rest of the hello is read as well: what nobody read would turn a FIN into a RST.
    else socket.on('data', () => (closedBy === 'rst' ? socket.resetAndDestroy() : socket.end()));
  };
  return () => createServer(shake);
}

async function serversOf(kind: string): Promise<() => Server> {
  if (kind === 'tcp') return () => createServer(echo);
  if (kind === 'http') return () => createHttpServer(patient, answer);
  if (kind === 'tls') return https();
  throw new Error(`Unexpected "${kind}" in PORTS, expected tcp, http or tls`);
}

await Promise.all(
  settings.list('PORTS', 'tcp:7000,http:8080,tls:8443').map(async (part) => {
    const [kind = '', port] = part.split(':');
    await listenWidely(await serversOf(kind), Number(port));
  }),
);
ready();
