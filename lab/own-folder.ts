import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const prefix = 'netcheck-lab-';

/** A folder of this process's own; those of labs that were killed before they could remove theirs go now. */
export async function makeOwnFolder(parent = tmpdir()): Promise<string> {
  const left = (await readdir(parent)).filter((name) => name.startsWith(prefix) && !isAlive(ownerOf(name)));
  await Promise.all(left.map((name) => rm(join(parent, name), { recursive: true, force: true })));
  const own = await mkdtemp(join(parent, `${prefix}${process.pid}-`));
  // Containers of other users run what is in it.
  await chmod(own, 0o711);
  return own;
}

function ownerOf(name: string): number {
  return Number(/^\d+/.exec(name.slice(prefix.length))?.[0] ?? 0);
}

function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process is alive, too.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
