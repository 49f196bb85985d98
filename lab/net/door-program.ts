import { connect, createServer, type NetConnectOpts } from 'node:net';

/** Takes connections at one place and passes each on to another: `node door-program.ts '{"from":…,"to":…}'`. */
const { from, to } = JSON.parse(process.argv[2] ?? '{}') as { from: NetConnectOpts; to: NetConnectOpts };

createServer({ allowHalfOpen: true }, (near) => {
  const far = connect({ ...to, allowHalfOpen: true });
  const drop = (): void => {
    near.destroy();
    far.destroy();
  };
  near.on('error', drop).pipe(far);
  far.on('error', drop).pipe(near);
}).listen(from, () => process.stdout.write('ready\n'));
