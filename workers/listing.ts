import type { Candidate } from '../core/target.ts';
import type { Directory } from '../core/directory.ts';
import { keys } from '../core/jobs.ts';
import type { Documents } from '../platform/documents.ts';
import type { Logger } from '../platform/logger.ts';
import type { ClusterReader } from './ports.ts';

const everyMs = 60_000;
const withinMs = 20_000;

interface Listing {
  readonly reader: ClusterReader;
  readonly documents: Documents;
  readonly cluster: string;
  readonly logger: Logger;
}

/** Tells bots, which see no cluster, which Services there are: now and from time to time. */
export function startListing({ reader, documents, cluster, logger }: Listing): { stop(): void } {
  const list = async (): Promise<void> => {
    const at = Date.now();
    const found = await reader.list('services', {}, AbortSignal.timeout(withinMs));
    const services = found.map(({ metadata }): Candidate => ({
      namespace: metadata.namespace,
      service: metadata.name,
    }));
    await documents.write(keys.directory(cluster), at, { at, services } satisfies Directory);
  };
  const once = (): void => {
    list().catch((error: unknown) => logger.warn({ err: error }, 'the Services could not be listed'));
  };
  once();
  const timer = setInterval(once, everyMs);
  return { stop: () => clearInterval(timer) };
}
