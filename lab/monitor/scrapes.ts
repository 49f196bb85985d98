import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ScrapeTarget } from '../lab.ts';

/** The folder whose files Prometheus takes its targets from; what is written there is in force at once. */
export const targetsFolder = (dir: string): string => join(dir, 'targets');

/** Writes the targets of one source, in place of those that it named before. */
export async function writeTargets(
  dir: string,
  source: string,
  targets: readonly ScrapeTarget[],
): Promise<void> {
  const folder = targetsFolder(dir);
  await mkdir(folder, { recursive: true });
  const groups = targets.map(({ job, address, path = '/metrics', labels = {} }) => ({
    targets: [address],
    labels: { job, __metrics_path__: path, ...labels },
  }));
  // Prometheus never reads half a file.
  const draft = join(folder, `${source}.draft`);
  await writeFile(draft, JSON.stringify(groups));
  await rename(draft, join(folder, `${source}.json`));
}
