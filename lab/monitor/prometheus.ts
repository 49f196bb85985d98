import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { findBinary } from '../../sim/world/processes.ts';
import type { Sample } from '../lab.ts';
import { openOutward } from '../net/door.ts';
import type { Sandbox } from '../net/sandbox.ts';
import { targetsFolder } from './scrapes.ts';

const port = 9090;
const scrapeSeconds = 1;

export interface Monitor {
  /** As this process reaches it. */
  readonly url: string;
  query(promql: string): Promise<readonly Sample[]>;
  close(): Promise<void>;
}

/** A real Prometheus in a namespace, on port 9090 of all its addresses, with the targets of the folder `dir`. */
export async function startMonitor(sandbox: Sandbox, netns: string, dir: string): Promise<Monitor> {
  const binary = await findBinary('prometheus', 'prometheus');
  const config = join(dir, 'prometheus.yml');
  await mkdir(targetsFolder(dir), { recursive: true });
  const timing = { scrape_interval: `${scrapeSeconds}s`, scrape_timeout: `${scrapeSeconds}s` };
  const found = [{ files: [join(targetsFolder(dir), '*.json')], refresh_interval: '5s' }];
  await writeFile(
    config,
    stringify({
      global: timing,
      scrape_configs: [{ job_name: 'lab', honor_labels: true, file_sd_configs: found }],
    }),
  );
  const child = sandbox.spawn(netns, [
    binary,
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(dir, 'data')}`,
    '--storage.tsdb.retention.time=1d',
    `--web.listen-address=0.0.0.0:${port}`,
    // New pods come every few seconds; otherwise their counters would begin 5 s late.
    '--scrape.discovery-reload-interval=100ms',
    '--log.level=error',
  ]);
  child.stdout.resume();
  child.stderr.resume();
  const door = await openOutward(sandbox, netns, { host: '127.0.0.1', port }, join(dir, 'prometheus.sock'));
  const url = `http://127.0.0.1:${door.port}`;
  return {
    url,
    query: (promql) => query(url, promql),
    async close() {
      child.kill('SIGKILL');
      await door.close();
    },
  };
}

interface Answer {
  readonly data?: {
    readonly result: readonly {
      readonly metric: Sample['labels'];
      readonly value: readonly [number, string];
    }[];
  };
}

/** Nothing while it does not answer yet. */
async function query(url: string, promql: string): Promise<readonly Sample[]> {
  try {
    const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(promql)}`);
    const { data } = (await answer.json()) as Answer;
    return (data?.result ?? []).map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
  } catch {
    return [];
  }
}
