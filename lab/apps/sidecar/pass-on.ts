import { connect, type Socket } from 'node:net';
import type { Meter } from './metrics.ts';

export interface Upstream {
  readonly host: string;
  readonly port: number;
}

/** What it does to a connection that it breaks, once the far end has accepted and the client has spoken. */
export type Break = 'fin' | 'rst' | 'hang';

interface Options {
  readonly upstream: Upstream;
  readonly meter: Meter;
  readonly connectTimeoutMs: number;
  readonly breaks: Break | undefined;
}

/** As long as linkerd-proxy waits for the client's first bytes, which tell it the protocol, before it goes on without. */
const detectionMs = 10_000;

/**
 * Passes a connection on as linkerd-proxy does: it stands for the client at once; the far end is connected to when the
 * client has spoken, and where that fails or takes too long, the client's connection is closed without a word.
 */
export function passOn(near: Socket, options: Options): void {
  watch(near, options.meter.opened('src'));
  const isSilent = (): void => {
    near.off('readable', hasSpoken);
    openFar(near, options);
  };
  const timer = setTimeout(isSilent, detectionMs);
  // Its bytes are read and wait here: a kernel resets a connection that is closed with bytes nobody has read.
  const hasSpoken = (): void => {
    clearTimeout(timer);
    if (near.readableLength > 0) openFar(near, options);
    else hangUp(near);
  };
  near.once('readable', hasSpoken).once('close', () => clearTimeout(timer));
}

function openFar(near: Socket, { upstream, meter, connectTimeoutMs, breaks }: Options): void {
  const far = connect({ ...upstream, allowHalfOpen: true, noDelay: true });
  const giveUp = (error: 'i/o' | 'unexpected'): void => {
    meter.failed(error);
    near.off('close', leave);
    far.destroy();
    hangUp(near);
  };
  const leave = (): void => void far.destroy();
  const unheard = (): void => giveUp('i/o');
  const patience = setTimeout(() => giveUp('unexpected'), connectTimeoutMs);
  near.once('close', leave);
  far.once('error', unheard).once('close', () => clearTimeout(patience));
  far.once('connect', () => {
    clearTimeout(patience);
    far.off('error', unheard);
    watch(far, meter.opened('dst'));
    tie(near, far);
    if (breaks === undefined) near.pipe(far).pipe(near);
    else breakOff(near, breaks);
  });
}

function breakOff(near: Socket, how: Break): void {
  if (how === 'rst') near.resetAndDestroy();
  else if (how === 'fin') hangUp(near);
  // Whatever comes is taken, and nothing is said, until the client has had enough.
  else near.resume().once('end', () => near.destroy());
}

/** Says the last word, and hears the client out. */
function hangUp(near: Socket): void {
  near.resume().end();
}

/** Neither end outlives the other, and a reset is passed on as one. */
function tie(near: Socket, far: Socket): void {
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const) {
    one.once('error', () => other.resetAndDestroy());
    one.once('close', () => other.destroy());
  }
}

/** Counts the end of a connection, with the errno of what ended it, if it was an error. */
function watch(socket: Socket, closed: (errno: string) => void): void {
  let errno = '';
  socket.on('error', (error: NodeJS.ErrnoException) => {
    errno = error.code ?? '';
    socket.destroy();
  });
  socket.once('close', () => closed(errno));
}
