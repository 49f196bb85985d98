import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openBundle, type Bundle } from '../../core/bundle.ts';
import { keys, retentionSeconds } from '../../core/jobs.ts';
import type { Investigation, Progress } from '../../core/progress.ts';
import { Report } from '../../core/report.ts';
import { Documents } from '../../platform/documents.ts';
import { connectRedis } from '../../platform/redis.ts';
import { clusterAdmin } from '../../sim/cluster/identities.ts';
import { startCluster, type ClusterSim } from '../../sim/cluster/start-cluster.ts';
import { startRedis } from '../../sim/world/processes.ts';
import { startPrometheus } from '../../sim/world/prometheus.ts';
import { record } from '../support/recordings.ts';
import { killAll, startProcess, temporaryFolder, type Folder } from '../workers/support/lab.ts';
import { namespace, node, service, workload, yaml } from '../workers/support/objects.ts';

let folder: Folder;
let redis: Awaited<ReturnType<typeof startRedis>>;
let prometheus: Awaited<ReturnType<typeof startPrometheus>>;
let sim: ClusterSim;
let env: Record<string, string>;
beforeAll(async () => {
  folder = await temporaryFolder();
  redis = await startRedis();
  prometheus = await startPrometheus({ targets: [] });
  sim = await startCluster({
    manifests: [
      yaml(
        namespace('shop'),
        node('node-a'),
        workload('Deployment', 'cart', { app: 'cart' }),
        service('cart', { selector: { app: 'crat' } }),
      ),
    ],
  });
  env = {
    REDIS_URL: redis.url,
    PROMETHEUS_URL: prometheus.url,
    NETCHECK_PROBES: 'off',
    KUBECONFIG: await folder.write('kubeconfig', sim.kubeconfig(clusterAdmin)),
  };
});
afterAll(async () => {
  await killAll();
  await sim.close();
  await prometheus.close();
  await redis.close();
  await folder.remove();
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function netcheck(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = env,
): Promise<Ended> {
  const run = startProcess(['cli/netcheck.js', ...args], environment);
  const code = await run.exited;
  return { code, stdout: run.stdout(), stderr: run.stderr() };
}

function opened(text: string): Bundle {
  const read = openBundle(text);
  if ('problem' in read) throw new Error(read.problem);
  return read.bundle;
}

describe('an investigation of the command line', () => {
  let report: Report;
  let file: string;
  beforeAll(async () => {
    file = join(folder.path, 'run.json');
    const { code, stdout, stderr } = await netcheck([
      'run',
      'cart',
      'connection-errors',
      '-o',
      'json',
      '--record',
      file,
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: `Recorded in ${file}\n` });
    report = Report.parse(JSON.parse(stdout));
  });

  test('is recorded with what decided it', async () => {
    const bundle = opened(await readFile(file, 'utf8'));
    expect(bundle.report).toEqual(report);
    expect(bundle.investigation).toMatchObject({ id: report.id, request: { symptom: 'connection-errors' } });
    expect(bundle.playbooks.map(({ path }) => path).filter((path) => !path.startsWith('causes/'))).toEqual([
      'connection-errors.md',
    ]);
  });

  test('is decided again with nothing but the file', async () => {
    const { code, stdout } = await netcheck(['replay', file, '-o', 'json'], {});
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ schema: 'netcheck.replay/v1', report, differences: [] });
  });

  test('is exported later as the same file', async () => {
    const later = join(folder.path, 'later.json');
    const { code, stdout, stderr } = await netcheck(['export', report.id, '--output', later], {
      REDIS_URL: redis.url,
    });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: `Recorded in ${later}\n` });
    expect(await readFile(later, 'utf8')).toBe(await readFile(file, 'utf8'));
  });

  test('cannot be written where there is no folder', async () => {
    const nowhere = join(folder.path, 'nowhere/run.json');
    const { code, stderr } = await netcheck(['export', report.id, '-o', nowhere]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Cannot write .*nowhere\/run\.json: ENOENT/);
  });
});

describe('netcheck export', () => {
  async function publish(id: string, progress: Progress): Promise<void> {
    const client = connectRedis(redis.url);
    const { request, startedAt } = record().investigation;
    const investigation: Investigation = { id, request, startedAt, progress };
    await new Documents(client, retentionSeconds).write(keys.investigation('prod', id), 1, investigation);
    client.disconnect();
  }

  test.each<[string, Progress | undefined, string]>([
    [
      'never1',
      undefined,
      'Cluster prod knows no investigation never1. NETCHECK_CLUSTER names another; results are kept for 7 days.',
    ],
    [
      'queued1',
      { phase: 'queued' },
      'Investigation queued1 is still under way. Export it when it has ended.',
    ],
    [
      'failed1',
      { phase: 'failed', why: 'no API server' },
      'Investigation failed1 ended without a report: no API server',
    ],
    [
      'ended1',
      { phase: 'ended', report: record().report },
      'Investigation ended1 is not complete any more: the playbooks it went by are not kept.',
    ],
  ])('%s', async (id, progress, message) => {
    if (progress !== undefined) await publish(id, progress);
    const ended = await netcheck(['export', id], { REDIS_URL: redis.url, NETCHECK_CLUSTER: 'prod' });
    expect(ended).toEqual({ code: 1, stdout: '', stderr: `${message}\n` });
  });
});
