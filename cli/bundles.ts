import { writeFile } from 'node:fs/promises';
import { readBundle, type BundleRead } from '../bot/bundle.ts';
import { Records } from '../bot/records.ts';
import { writeBundle, type Bundle } from '../core/bundle.ts';
import { retentionSeconds } from '../core/jobs.ts';
import { Documents } from '../platform/documents.ts';
import { connectRedis } from '../platform/redis.ts';
import { CliError } from './error.ts';
import { clusterOfRun, findRedis } from './redis.ts';
import { sayAnswer } from './say.ts';

/** A bundle is read, and nothing happens to any proposal. */
const onlyRead = (): Promise<void> => Promise.reject(new Error('a bundle is only read'));

/** The bundle of an investigation of a cluster, or of `netcheck run`, from Redis; why there is none is a CliError. */
export async function fetchBundle(redisUrl: string, cluster: string, id: string): Promise<Bundle> {
  await findRedis(redisUrl);
  const redis = connectRedis(redisUrl);
  try {
    const documents = new Documents(redis, retentionSeconds);
    const inCluster = await readBundle(new Records(documents, cluster, onlyRead), id);
    const read =
      inCluster.kind === 'unknown'
        ? await readBundle(new Records(documents, clusterOfRun(id), onlyRead), id)
        : inCluster;
    if (read.kind === 'bundle') return read.bundle;
    throw new CliError(explain(read, cluster, id), 1);
  } finally {
    redis.disconnect();
  }
}

function explain(read: Exclude<BundleRead, { kind: 'bundle' }>, cluster: string, id: string): string {
  switch (read.kind) {
    case 'unknown':
      return `Cluster ${cluster} knows no investigation ${id}. NETCHECK_CLUSTER names another; results are kept for ${retentionSeconds / 86_400} days.`;
    case 'under-way':
      return `Investigation ${id} is still under way. Export it when it has ended.`;
    case 'no-report':
      return `Investigation ${id} ended without a report: ${sayAnswer(read.investigation)}`;
    case 'incomplete':
      return `Investigation ${id} is not complete any more: the playbooks it went by are not kept.`;
  }
}

/** Writes a bundle where it is wanted, and says so on standard error. */
export async function saveBundle(bundle: Bundle, file: string): Promise<void> {
  try {
    await writeFile(file, writeBundle(bundle));
  } catch (error) {
    throw new CliError(`Cannot write ${file}: ${error instanceof Error ? error.message : ''}`, 1, {
      cause: error,
    });
  }
  const { redactions, cuts } = bundle;
  const less = [
    ...(redactions.length > 0 ? [`${redactions.length} values redacted`] : []),
    ...(cuts.length > 0 ? [`samples of ${cuts.length} looks left out for size`] : []),
  ];
  process.stderr.write(`${[`Recorded in ${file}`, ...less].join(', ')}\n`);
}
