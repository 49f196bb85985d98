import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { findBinary, launch, privateDir, type RunningProcess } from './processes.ts';

interface ScrapeTarget {
  readonly job: string;
  /** host:port */
  readonly address: string;
  /** Keep the labels `job` and `instance` that the target itself shows, as for a federated Prometheus. */
  readonly honorLabels?: boolean;
}

export interface PrometheusOptions {
  /** Holds the configuration and the data; a private one is made and removed if it is not given. */
  readonly dir?: string;
  readonly targets: readonly ScrapeTarget[];
  readonly port?: number;
  readonly scrapeSeconds?: number;
  /** OpenMetrics text to load before it starts. */
  readonly history?: Iterable<string>;
  /** Takes remote writes, of any time and years apart. */
  readonly receives?: boolean;
}

/** So long a block is never full: what is received stays in memory, where its order in time is all that counts. */
const receiverFlags = ['--web.enable-remote-write-receiver', '--storage.tsdb.min-block-duration=10000d'];

export async function startPrometheus(
  options: PrometheusOptions,
): Promise<RunningProcess & { readonly url: string }> {
  const binary = await findBinary('prometheus', 'prometheus');
  const place = await privateDir('prometheus', options.dir);
  const config = join(place.dir, 'prometheus.yml');
  const data = join(place.dir, 'data');
  try {
    await writeFile(config, stringify(scrapeConfig(options)));
    if (options.history !== undefined) {
      await backfill(options.history, data, place.dir);
    }
  } catch (error) {
    await place.release();
    throw error;
  }
  const prometheus = await launch({
    binary,
    ...place,
    port: options.port,
    args: (port) => [
      `--config.file=${config}`,
      `--storage.tsdb.path=${data}`,
      ...(options.receives === true ? receiverFlags : ['--storage.tsdb.retention.time=1d']),
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    isReady: async (port) => {
      try {
        return (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok;
      } catch {
        return false;
      }
    },
  });
  return { ...prometheus, url: `http://127.0.0.1:${prometheus.port}` };
}

function scrapeConfig({ targets, scrapeSeconds = 5 }: PrometheusOptions): object {
  return {
    global: { scrape_interval: `${scrapeSeconds}s`, scrape_timeout: `${scrapeSeconds}s` },
    scrape_configs: targets.map(({ job, address, honorLabels = false }) => ({
      job_name: job,
      honor_labels: honorLabels,
      static_configs: [{ targets: [address] }],
    })),
  };
}

/** promtool cuts a block at its last sample, so that what is scraped from now on goes on behind it without a gap. */
async function backfill(history: Iterable<string>, data: string, dir: string): Promise<void> {
  const promtool = await findBinary('promtool', 'prometheus');
  const file = join(dir, 'history.om');
  await mkdir(data, { recursive: true });
  await pipeline(Readable.from(history, { objectMode: true }), createWriteStream(file));
  await promisify(execFile)(promtool, ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', file, data]);
  await rm(file);
}
