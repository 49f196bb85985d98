import { request as ask } from 'node:http';
import type { Socket } from 'node:net';
import type { Phases, ProbeTarget } from '../../core/probe-task.ts';
import { Cannot } from '../cannot.ts';
import { codeOf, connect } from '../connect.ts';
import { prepareTls, servernameOf, shake } from '../handshake.ts';
import { answeredBySidecar, hostHeader, userAgent } from '../head-request.ts';
import { Patience, type Waited } from '../patience.ts';
import type { Attempt, Outcome, Run } from '../run.ts';

/** The largest body that is sent. */
const mostBytes = 10_000_000;

/** A whole answer. */
interface Answer {
  readonly status: number;
  /** Of its body. */
  readonly bytes: number;
  /** The status, if it is the sidecar's own word in place of the far end's. */
  readonly bySidecar: number | undefined;
}

/**
 * Asks for a page, again and again, each time from the look-up of the name on. An attempt is ok when the whole answer came,
 * whatever its status. Each phase has its own time; `firstByte` counts from the request. `ms` is all of it, and the label
 * `longest` says what of it took the most.
 */
export async function probe(run: Run): Promise<void> {
  const { path = '/', bodyBytes = 0, tls = false, proxied = false } = run.task.options;
  if (!/^\/[\x21-\x7e]*$/.test(path))
    throw new Cannot(
      'rejected',
      `Unexpected path ${JSON.stringify(path.slice(0, 60))}, expected one as /healthz`,
    );
  if (!(bodyBytes <= mostBytes))
    throw new Cannot('rejected', `Unexpected bodyBytes ${bodyBytes}, expected up to ${mostBytes}`);
  for (const target of run.task.targets) servernameOf(run, target);
  if (tls) prepareTls();
  if (proxied)
    run.notes.add(
      'in a meshed pod the sidecar answers the connect: only what comes after it tells of the far end',
    );
  const body = Buffer.alloc(bodyBytes);
  const sizes = new Set<number>();
  await run.each((attempt) => askOnce(run, attempt, body, sizes));

  if (sizes.size === 0) return;
  const [least, largest] = [Math.min(...sizes), Math.max(...sizes)];
  run.facts['body_bytes'] = largest;
  if (least < largest) run.notes.add(`the answers have ${least} to ${largest} bytes`);
}

async function askOnce(run: Run, attempt: Attempt, body: Buffer, sizes: Set<number>): Promise<Outcome> {
  const { options, timeout } = run.task;
  const patience = new Patience(timeout, attempt.signal);
  const connected = await connect(run, attempt, { patience, anew: true });
  if ('failure' in connected) return connected.failure;
  const { socket, reached, sourcePort } = connected;
  const heard = await converse(run, attempt, { socket, patience, body });
  socket.destroy();
  const { answer, firstByte, tls } = heard;
  const { dns = 0 } = connected.phases;
  const ms = dns + connected.ms + (tls ?? 0) + (answer?.ms ?? 0);
  const phases = { ...connected.phases, ...(tls !== undefined && { tls }) };
  const at = { address: reached.address, sourcePort };
  const labels = { backend: reached.address };
  if (answer === undefined || 'error' in answer) {
    const waited = answer === undefined ? {} : { firstByte: firstByte ?? answer.ms };
    const error = answer?.error ?? heard.error ?? '';
    if (error === 'timeout') run.notes.add(timeoutIn(answer === undefined, firstByte));
    return { ok: false, ms, phases: { ...phases, ...waited, total: ms }, error, ...at, labels };
  }
  const { status, bytes, bySidecar } = answer.value;
  sizes.add(bytes);
  const fromSidecar = options.proxied === true && bySidecar !== undefined;
  const first = firstByte ?? answer.ms;
  return {
    ok: !fromSidecar,
    ms,
    phases: { ...phases, firstByte: first, total: ms },
    ...(fromSidecar && { error: `sidecar_${bySidecar}` }),
    ...at,
    labels: { ...labels, status: String(status), longest: longestOf(phases, first, answer.ms - first) },
  };
}

/** What of a whole answer took the most time. */
function longestOf({ dns = 0, connect = 0, tls = 0 }: Phases, firstByte: number, body: number): string {
  const parts = { dns, connect, tls, 'first-byte': firstByte, body };
  const [[longest] = ['']] = Object.entries(parts).sort(([, a], [, b]) => b - a);
  return longest;
}

interface Line {
  readonly socket: Socket;
  readonly patience: Patience;
  readonly body: Buffer;
}

/** What came after the connect; times in milliseconds. */
interface Heard {
  readonly tls?: number;
  /** Why there is no handshake. */
  readonly error?: string;
  readonly answer?: Waited<Answer>;
  /** Absent if none came. */
  readonly firstByte?: number;
}

async function converse(run: Run, { target }: Attempt, { socket, patience, body }: Line): Promise<Heard> {
  if (run.task.options.tls !== true) return request(run, target, { socket, patience, body });
  const shaken = await shake(socket, patience, servernameOf(run, target));
  if ('error' in shaken) return { tls: shaken.ms, error: shaken.error };
  const heard = await request(run, target, { socket: shaken.value, patience, body });
  return { tls: shaken.ms, ...heard };
}

async function request(run: Run, target: ProbeTarget, { socket, patience, body }: Line): Promise<Heard> {
  const { path = '/', servername } = run.task.options;
  const started = performance.now();
  const seen: { firstByte?: number } = {};
  const answer = await patience.wait<Answer>((done, fail) => {
    if (socket.errored) {
      fail(codeOf(socket.errored));
      return;
    }
    // A reset is told to the socket before the request hears that it was cut off.
    socket.once('error', (error) => fail(codeOf(error)));
    const sent = ask({
      createConnection: () => socket,
      method: body.length > 0 ? 'POST' : 'GET',
      path,
      setHost: false,
      headers: {
        Host: hostHeader(target, servername ?? target.host),
        'User-Agent': userAgent,
        ...(body.length > 0 && { 'Content-Length': body.length }),
      },
    });
    sent.on('error', (error) => fail(codeOf(error)));
    sent.once('response', (response) => {
      seen.firstByte = performance.now() - started;
      const { statusCode: status = 0, headers } = response;
      let bytes = 0;
      response.on('data', (chunk: Buffer) => (bytes += chunk.length));
      response.on('error', (error) => fail(codeOf(error)));
      response.once('end', () => done({ status, bytes, bySidecar: answeredBySidecar(status, headers) }));
    });
    sent.end(body);
  });
  return { answer, ...seen };
}

function timeoutIn(handshake: boolean, firstByte: number | undefined): string {
  if (handshake) return 'there are timeouts in the TLS handshake, after the connect was answered';
  return `there are timeouts ${firstByte === undefined ? 'before the first byte of' : 'inside'} the answer`;
}
