import { execFile } from 'node:child_process';
import { copyFile, cp, link, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { LocalImage } from './local-image.ts';

export interface ProberImage extends Required<Pick<LocalImage, 'root' | 'program'>> {
  close(): Promise<void>;
}

const source = join(import.meta.dirname, '../../../prober');

/**
 * What the image of netcheck holds for a probe, Node and the prober, where every user can read it: containers run as
 * users that a person's own folders are closed to.
 */
export async function openProberImage(): Promise<ProberImage> {
  const root = await mkdtemp(join(tmpdir(), 'netcheck-image-'));
  const program = join(root, 'node');
  await cp(source, join(root, 'prober'), { recursive: true });
  await promisify(execFile)('chmod', ['-R', 'a+rX', root]);
  // On another file system it cannot be linked.
  await link(process.execPath, program).catch(() => copyFile(process.execPath, program));
  return { root, program, close: () => rm(root, { recursive: true, force: true }) };
}
