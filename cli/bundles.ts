import { readFile, writeFile } from 'node:fs/promises';
import { readBundle } from '../bot/bundle.ts';
import type { NotEnded } from '../bot/ended.ts';
import { Records } from '../bot/records.ts';
import { openBundle, writeBundle, type Bundle } from '../core/bundle.ts';
import { retentionSeconds } from '../core/jobs.ts';
import { Documents } from '../platform/documents.ts';
import { connectRedis } from '../platform/redis.ts';
import { CliError } from './error.ts';
import { clusterOfRun, findRedis } from './redis.ts';
import { sayAnswer } from './say.ts';

/** What is read here changes nothing, so nothing happens to any proposal. */
const onlyRead = (): Promise<void> => Promise.reject(new Error('an investigation is only read'));

/** The bundle of an investigation of a cluster, or of `netcheck run`, from Redis; why there is none is a CliError. */
export async function fetchBundle(redisUrl: string, cluster: string, id: string): Promise<Bundle> {
  const read = await fromRedis(redisUrl, { cluster, id }, (records) => readBundle(records, id));
  return read.bundle;
}

interface Wanted {
  readonly cluster: string;
  readonly id: string;
}

/** Why an investigation cannot be read as it is wanted. */
type Missing = NotEnded | { readonly kind: 'incomplete' };

/** Reads an investigation of a cluster, or of `netcheck run`; why it cannot be read is a CliError. */
export async function fromRedis<Read extends { readonly kind: string }>(
  redisUrl: string,
  { cluster, id }: Wanted,
  read: (records: Records, cluster: string) => Promise<Read | Missing>,
): Promise<Read> {
  await findRedis(redisUrl);
  const redis = connectRedis(redisUrl);
  try {
    const documents = new Documents(redis, retentionSeconds);
    const of = (one: string) => read(new Records(documents, one, onlyRead), one);
    const inCluster = await of(cluster);
    const found = inCluster.kind === 'unknown' ? await of(clusterOfRun(id)) : inCluster;
    if (isMissing(found)) throw new CliError(explain(found, cluster, id), 1);
    return found;
  } finally {
    redis.disconnect();
  }
}

function isMissing(read: { readonly kind: string }): read is Missing {
  return ['unknown', 'under-way', 'no-report', 'incomplete'].includes(read.kind);
}

function explain(read: Missing, cluster: string, id: string): string {
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

/** The bundle in a file; why there is none is a CliError. */
export async function openBundleFile(file: string): Promise<Bundle> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new CliError(`Cannot read ${file}: ${error instanceof Error ? error.message : ''}`, 2, {
      cause: error,
    });
  });
  const opened = openBundle(text);
  if ('problem' in opened) throw new CliError(`${file}: ${opened.problem}`, 2);
  return opened.bundle;
}

/** Writes a bundle where it is wanted, and says so on standard error. */
export async function saveBundle(bundle: Bundle, file: string): Promise<void> {
  await save(file, writeBundle(bundle));
  const { redactions, cuts } = bundle;
  const less = [
    ...(redactions.length > 0 ? [`${redactions.length} values redacted`] : []),
    ...(cuts.length > 0 ? [`samples of ${cuts.length} looks left out for size`] : []),
  ];
  process.stderr.write(`${[`Recorded in ${file}`, ...less].join(', ')}\n`);
}

/** Writes a file; why it cannot be written is a CliError. */
export async function save(file: string, content: string | Buffer): Promise<void> {
  try {
    await writeFile(file, content);
  } catch (error) {
    throw new CliError(`Cannot write ${file}: ${error instanceof Error ? error.message : ''}`, 1, {
      cause: error,
    });
  }
}
