import { connect, createServer, type NetConnectOpts, type Server } from 'node:net';

/** What passes each connection that it takes on to another place, either way to its end. */
export function passOn(to: NetConnectOpts): Server {
  return createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ ...to, allowHalfOpen: true });
    near.on('error', () => far.destroy()).pipe(far);
    far.on('error', () => near.destroy()).pipe(near);
  });
}
