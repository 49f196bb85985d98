import { farEnd } from '../../cluster/topology.ts';
import type { Lab } from '../../lab.ts';
import { redirectArriving } from '../../net/faults/redirect-arriving.ts';
import { once, type Undo } from '../../net/undo.ts';

/** Where the far end speaks what, from everywhere. */
export const farEnds = { tls: `${farEnd}:8443`, http: `${farEnd}:8080` } as const;

/** Puts another far end in the place of the one that answers: new connections to that port are its own. */
export async function replaceFarEnd(
  lab: Lab,
  kind: keyof typeof farEnds,
  settings: Readonly<Record<string, string>>,
): Promise<Undo> {
  const port = Number(farEnds[kind].split(':')[1]);
  const to = port + 10_000;
  const program = await lab.start('far-end', 'ext', { env: { ...settings, PORTS: `${kind}:${to}` } });
  const back = await redirectArriving(lab.sandbox, 'ext', { port, to });
  return once(async () => {
    await back();
    await program.stop();
  });
}
