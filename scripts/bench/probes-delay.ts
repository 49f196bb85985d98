import type { Place } from './probes-place.ts';

/** How far a prober's times are from those of the server that took them. */
export interface DelayRow {
  /** Milliseconds that the server waits before it answers, as it is told. */
  readonly delay: number;
  readonly attempts: number;
  /** Medians, in milliseconds: what the server's own clock says, what the prober says, and by how much they differ. */
  readonly server: number;
  readonly prober: number;
  readonly error: number;
}

/**
 * Answers any request after a while, and says how long that was: from the bytes of the request to those of the answer,
 * by its own clock. To the path /took it tells all, by the client's port. The server's timer may be late, that does not
 * matter: each attempt is compared with its own answer.
 */
const waiter = `
const { port, delay } = JSON.parse(process.argv[1]);
const took = {};
require('node:net').createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => undefined).once('data', (request) => {
    const started = performance.now();
    const { remotePort } = socket;
    const answer = (body) => socket.end('HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Length: ' + body.length + '\\r\\n\\r\\n' + body);
    if (request.includes('GET /took ')) return answer(JSON.stringify(took));
    const end = () => { answer('ok'); took[remotePort] = performance.now() - started; };
    if (delay === 0) end();
    else setTimeout(end, delay);
  });
}).listen(port, () => console.log('ready'));
`;

/** Asks for a page from the pod `p11` at the host `ext`, one request after the other. */
export async function delayRow(
  place: Place,
  to: string,
  { delay, attempts }: { readonly delay: number; readonly attempts: number },
): Promise<DelayRow> {
  const port = 9100 + delay;
  const stop = await place.serve('ext', waiter, { port, delay });
  const probed = await place.probe('p11', { kind: 'http', targets: [{ host: to, port }], attempts });
  const told = await place.sandbox.run(
    [
      process.execPath,
      '--eval',
      `fetch('http://${to}:${port}/took').then((r) => r.text()).then(console.log)`,
    ],
    { netns: 'p11' },
  );
  await stop();
  const took = new Map(Object.entries(JSON.parse(told) as Record<string, number>));
  const pairs = probed.attempts.flatMap(({ sourcePort, phases }) => {
    const server = took.get(String(sourcePort));
    const prober = phases.firstByte;
    return server === undefined || prober === undefined ? [] : [{ server, prober }];
  });
  if (pairs.length !== attempts) throw new Error(`${pairs.length} of ${attempts} attempts were answered`);
  return {
    delay,
    attempts,
    server: median(pairs.map((pair) => pair.server)),
    prober: median(pairs.map((pair) => pair.prober)),
    error: median(pairs.map(({ server, prober }) => prober - server)),
  };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
