import { once } from 'node:events';
import type { AddressInfo, ListenOptions, NetConnectOpts, Server } from 'node:net';
import { join } from 'node:path';
import { passOn } from './pass-on.ts';
import type { Sandbox } from './sandbox.ts';
import { startProgram, type Program } from './start-program.ts';

/** A way between the machine and a sandbox, for this process's own use: through a socket of the file system. */
export interface Door {
  readonly port: number;
  close(): Promise<void>;
}

const program = join(import.meta.dirname, 'door-program.ts');

/** A port of a namespace's loopback that leads to the same port of the machine's loopback. `socket` is a path nobody uses. */
export async function openInward(
  sandbox: Sandbox,
  netns: string,
  port: number,
  socket: string,
): Promise<Door> {
  const loopback = { host: '127.0.0.1', port };
  const inside = await startInside(sandbox, netns, loopback, { path: socket });
  const outside = await startOutside({ path: socket }, loopback, inside);
  return { port, close: () => close(inside, outside) };
}

/** A free port of the machine's loopback that leads to `to` as seen from a namespace. */
export async function openOutward(
  sandbox: Sandbox,
  netns: string,
  to: { readonly host: string; readonly port: number },
  socket: string,
): Promise<Door> {
  const inside = await startInside(sandbox, netns, { path: socket }, to);
  const outside = await startOutside({ host: '127.0.0.1', port: 0 }, { path: socket }, inside);
  const { port } = outside.address() as AddressInfo;
  return { port, close: () => close(inside, outside) };
}

function startInside(
  sandbox: Sandbox,
  netns: string,
  from: ListenOptions,
  to: NetConnectOpts,
): Promise<Program> {
  return startProgram(sandbox, netns, [process.execPath, program, JSON.stringify({ from, to })]);
}

async function startOutside(from: ListenOptions, to: NetConnectOpts, inside: Program): Promise<Server> {
  const outside = passOn(to);
  try {
    await once(outside.listen(from), 'listening');
  } catch (error) {
    await inside.stop();
    throw error;
  }
  return outside;
}

async function close(inside: Program, outside: Server): Promise<void> {
  await inside.stop();
  outside.close();
}
