import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** Its end, however it comes, frees the slot. */
export interface Slot {
  close(): Promise<void>;
}

const againMs = 200;

/**
 * Labs measure time: no more of them at once than the machine has cores. Waits for a slot, and calls `waiting` once if
 * that takes long. A slot is a socket name of the kernel (unix(7), abstract), which goes with its owner.
 */
export async function takeSlot(waiting: () => void = () => undefined): Promise<Slot> {
  for (let tried = 0; ; tried++) {
    for (let number = 0; number < availableParallelism(); number++) {
      const server = await listen(`\0netcheck-lab-${number}`);
      if (server === undefined) continue;
      return {
        async close() {
          server.close();
          await once(server, 'close');
        },
      };
    }
    if (tried === 5) waiting();
    await sleep(againMs);
  }
}

/** Nothing where somebody else has the name. */
async function listen(name: string): Promise<Server | undefined> {
  const server = createServer();
  try {
    await once(server.listen(name), 'listening');
    return server;
  } catch {
    return undefined;
  }
}
