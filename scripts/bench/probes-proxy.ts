import { generate } from 'selfsigned';
import { isWorse } from '../../core/statistics/two-arms.ts';
import { redirectToProxy } from '../../lab/net/faults/redirect-to-proxy.ts';
import type { Place } from './probes-place.ts';
import { seeded } from '../../lab/random.ts';

/** A pod's handshakes with a proxy in between and past it, side by side. */
export interface ArmsRow {
  readonly broken: number;
  readonly handshakes: number;
  readonly proxied: { readonly failed: number; readonly errors: readonly string[] };
  readonly direct: { readonly failed: number };
  /** Whether the proxied ones fail more often at 99 % confidence. */
  readonly isWorse: boolean;
}

/** Ends the connections it is told to, by number, when it has seen the ClientHello; passes on all others. */
const proxy = `
const { port, to, broken } = JSON.parse(process.argv[1]);
const net = require('node:net');
let count = 0;
net.createServer((near) => {
  near.on('error', () => undefined);
  if (broken.includes(count++)) return near.once('data', () => near.end());
  const far = net.connect(to).on('error', () => near.destroy()).on('close', () => near.destroy());
  near.on('close', () => far.destroy());
  near.pipe(far).pipe(near);
}).listen(port, () => console.log('ready'));
`;

const server = `
const server = require('node:tls').createServer(JSON.parse(process.argv[1]), (secure) => secure.on('error', () => undefined));
server.on('tlsClientError', () => undefined).listen(8443, () => console.log('ready'));
`;

/** The user of a sidecar (linkerd-init), whose own connections are not sent to it, and that of probes. */
const sidecar = { uid: 2102 };
const probes = { uid: 65_532 };
export const tlsPort = 8443;

/** The TLS server on the host `ext`, for all rows. */
export async function serveTls(place: Place): Promise<void> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'shop.example' }], {
    keyType: 'ec',
  });
  await place.serve('ext', server, { key, cert });
}

/** Puts a proxy between the pod `p11` and the TLS server; `broken` are the connections that it breaks, by number from 0. */
export async function startProxy(
  place: Place,
  to: string,
  { port, broken }: { readonly port: number; readonly broken: readonly number[] },
): Promise<() => Promise<void>> {
  const stop = await place.serve('p11', proxy, { port, to: { host: to, port: tlsPort }, broken }, sidecar);
  const undo = await redirectToProxy(place.sandbox, 'p11', {
    ports: [tlsPort],
    proxyPort: port,
    exceptUid: sidecar.uid,
  });
  return async () => {
    await undo();
    await stop();
  };
}

/**
 * Shakes hands from the pod `p11` as a user whose connections go through a proxy, and as the proxy's own, whose do not.
 * `share` of the connections are broken, which ones follows from the seed.
 */
export async function armsRow(
  place: Place,
  to: string,
  { share, handshakes, seed }: { readonly share: number; readonly handshakes: number; readonly seed: number },
): Promise<ArmsRow> {
  const random = seeded(seed);
  const broken = Array.from({ length: handshakes }, (_, n) => n).filter(() => random.happens(share));
  const stop = await startProxy(place, to, { port: 20_000 + seed, broken });
  const arms = [probes, sidecar].map(async (who) => {
    const { attempts } = await place.probe(
      'p11',
      {
        kind: 'tls',
        targets: [{ host: to, port: tlsPort }],
        attempts: handshakes,
        concurrency: 10,
        timeout: 10,
      },
      who,
    );
    if (attempts.length !== handshakes) throw new Error(`${attempts.length} of ${handshakes} handshakes`);
    return attempts.filter(({ ok }) => !ok);
  });
  const [proxied = [], direct = []] = await Promise.all(arms);
  await stop();
  return {
    broken: broken.length,
    handshakes,
    proxied: {
      failed: proxied.length,
      errors: [...new Set(proxied.map(({ error }) => error ?? ''))],
    },
    direct: { failed: direct.length },
    isWorse: isWorse(proxied.length, handshakes, direct.length, handshakes),
  };
}
