import type { ListenOptions, NetConnectOpts } from 'node:net';
import { passOn } from './pass-on.ts';

/** Takes connections at one place and passes each on to another: `node door-program.ts '{"from":…,"to":…}'`. */
const { from, to } = JSON.parse(process.argv[2] ?? '{}') as { from: ListenOptions; to: NetConnectOpts };

passOn(to).listen(from, () => process.stdout.write('ready\n'));
