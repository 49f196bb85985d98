import { readFile } from 'node:fs/promises';

/**
 * Whether the far end's kernel has acknowledged all that was sent on a connection; `undefined` where that cannot be told.
 * Read from the send queue in /proc/net/tcp of this network namespace (proc_net(5)), which holds what has not been.
 */
export async function acknowledged(localPort: number, port: number): Promise<boolean | undefined> {
  const row = new RegExp(`:${hex(localPort)} [0-9A-F]+:${hex(port)} 01 ([0-9A-F]{8}):`);
  for (const file of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const table = await readFile(file, 'latin1').catch(() => '');
    const queue = row.exec(table)?.[1];
    if (queue !== undefined) return parseInt(queue, 16) === 0;
  }
  return undefined;
}

function hex(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, '0');
}
