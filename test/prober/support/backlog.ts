import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Listening } from './listen.ts';

/** Listens, and accepts nothing until it is told: it is stuck in a read of its standard input. */
const program = `
  const server = require('node:net').createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data) => socket.write(data));
  });
  server.listen(0, '127.0.0.1', 1, () => {
    const fs = require('node:fs');
    fs.writeSync(1, server.address().port + '\\n');
    fs.readSync(0, Buffer.alloc(1));
  });
`;

export interface Stuck extends Listening {
  /** Takes what waits in the backlog, and serves (an echo) from now on. */
  release(): void;
  /** Until somebody waits for an answer to the SYN that was sent to it. */
  knocked(): Promise<void>;
}

/** A listener with a backlog of one and nobody who accepts; with `full` there is no room left: a SYN gets no answer. */
export async function stuckListener({ full }: { readonly full: boolean }): Promise<Stuck> {
  const child = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const reader = createInterface({ input: child.stdout });
  const [line] = (await once(reader, 'line')) as [string];
  const port = Number(line);
  const waiting: Socket[] = [];
  // Linux lets in one more than the backlog says.
  for (let n = 0; full && n < 2; n++) {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    waiting.push(socket);
    await once(socket, 'connect');
  }
  return {
    target: { host: '127.0.0.1', port },
    release: () => void child.stdin.write('.'),
    async knocked() {
      while (!isKnocking(port)) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    async [Symbol.asyncDispose]() {
      for (const socket of waiting) socket.destroy();
      const gone = once(child, 'close');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** Whether a socket of this machine is in SYN_SENT (02) to the port. */
function isKnocking(port: number): boolean {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return new RegExp(`0100007F:${hex} 02 `).test(readFileSync('/proc/net/tcp', 'utf8'));
}
