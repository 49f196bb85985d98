import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import type { Sandbox } from './sandbox.ts';
import { startProgram } from './start-program.ts';

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
  const outside = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    near.on('error', () => far.destroy()).pipe(far);
    far.on('error', () => near.destroy()).pipe(near);
  });
  await new Promise<void>((resolve) => outside.listen(socket, resolve));
  const inside = await startDoor(sandbox, netns, { port, host: '127.0.0.1' }, { path: socket });
  return {
    port,
    async close() {
      await inside.stop();
      outside.close();
    },
  };
}

/** A free port of the machine's loopback that leads to `to` as seen from a namespace. */
export async function openOutward(
  sandbox: Sandbox,
  netns: string,
  to: { readonly host: string; readonly port: number },
  socket: string,
): Promise<Door> {
  const inside = await startDoor(sandbox, netns, { path: socket }, to);
  const outside = createServer((near) => {
    const far = connect(socket);
    near.on('error', () => far.destroy()).pipe(far);
    far.on('error', () => near.destroy()).pipe(near);
  });
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
  const address = outside.address();
  if (address === null || typeof address === 'string') throw new Error('The system gave no TCP port');
  return {
    port: address.port,
    async close() {
      await inside.stop();
      outside.close();
    },
  };
}

const startDoor = (sandbox: Sandbox, netns: string, from: object, to: object) =>
  startProgram(sandbox, netns, [process.execPath, program, JSON.stringify({ from, to })]);
