/**
 * Keeps connections to one far end open, each for a while, and opens another in its place: as a pool does that is far too
 * large.
 * TO           as in `203.0.113.10:7000`
 * CONNECTIONS  how many it wants (100)
 * SECONDS      how long one is held on average (2)
 */
import { connect } from 'node:net';
import { ready } from '../support/ready.ts';
import { settings } from '../support/settings.ts';

const [host = '', port = ''] = settings.text('TO').split(':');
const meanMs = settings.number('SECONDS', 2) * 1000;
/** Milliseconds until the next one is opened, at most: not all at once. */
const pause = 100;

function hold(): void {
  const socket = connect({ host, port: Number(port) });
  socket.once('connect', () => {
    setTimeout(() => socket.resetAndDestroy(), meanMs * (0.5 + Math.random()));
  });
  socket.on('error', () => undefined);
  socket.once('close', () => setTimeout(hold, pause * Math.random()));
}

for (let n = 0; n < settings.number('CONNECTIONS', 100); n++) setTimeout(hold, pause * Math.random());
ready();
