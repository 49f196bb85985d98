import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
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
import { mended } from '../core/post-incident/incidents.ts';
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

  test('is exported as markdown, from Redis and from the file alike', async () => {
    const { code, stdout, stderr } = await netcheck(['export', report.id, '--format', 'markdown'], {
      REDIS_URL: redis.url,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^# cart\.shop: .+\n\n.*netcheck made \d+ looks in /);
    expect(stdout).toContain(`${userInfo().username} asked about cart.shop since 30m connection-errors\n`);
    expect(stdout).toContain('netcheck run cart.shop since 30m connection-errors\n');
    expect(stdout).toMatch(/\n- Playbooks \w+\n- Investigation /);

    const ofFile = await netcheck(['export', file, '--format', 'markdown'], {});
    expect(ofFile).toMatchObject({ code: 0, stderr: '' });
    const lines = (text: string): string[] => text.split('\n');
    const onlyInRedis = lines(stdout).filter((line) => !lines(ofFile.stdout).includes(line));
    expect(onlyInRedis).toEqual([
      expect.stringMatching(/ asked about /),
      expect.stringMatching(/^- Playbooks /),
    ]);
  });

  test('cannot be written where there is no folder', async () => {
    const nowhere = join(folder.path, 'nowhere/run.json');
    const { code, stderr } = await netcheck(['export', report.id, '-o', nowhere]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Cannot write .*nowhere\/run\.json: ENOENT/);
  });
});

describe('netcheck export', () => {
  async function stored(write: (documents: Documents) => Promise<unknown>): Promise<void> {
    const client = connectRedis(redis.url);
    await write(new Documents(client, retentionSeconds));
    client.disconnect();
  }

  async function publish(id: string, progress: Progress): Promise<void> {
    const { request, startedAt } = record().investigation;
    const investigation: Investigation = { id, request, startedAt, progress };
    await stored((documents) => documents.write(keys.investigation('prod', id), 1, investigation));
  }

  const prod = (): Record<string, string> => ({ REDIS_URL: redis.url, NETCHECK_CLUSTER: 'prod' });

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
    const ended = await netcheck(['export', id], prod());
    expect(ended).toEqual({ code: 1, stdout: '', stderr: `${message}\n` });
  });

  test('markdown tells what people did, and lays the charts beside its file', async () => {
    await publish('told1', { phase: 'ended', report: { ...record().report, id: 'told1' } });
    const { remediation } = keys;
    await stored(async (documents) => {
      for (const one of record().evidence)
        await documents.add(keys.evidence('prod', 'told1'), one.request.id, one);
      await documents.add(keys.proposals('prod', 'told1'), mended.proposal.id, true);
      await documents.write(remediation('prod', mended.proposal.id), 5, {
        ...mended,
        investigation: 'told1',
      });
    });
    const file = join(folder.path, 'review.md');
    const { code, stdout, stderr } = await netcheck(
      ['export', 'told1', '-f', 'markdown', '-o', file],
      prod(),
    );
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: '',
      stderr: `Written to ${file}, with 2 charts beside it\n`,
    });
    const text = await readFile(file, 'utf8');
    expect(text).toMatch(/^- .* ben approved: Change the Service's selector/m);
    expect(text).toContain('- [Packets lost over time](<review-chart-1.png>)\n');
    expect(text).toContain("- [Before and after: Change the Service's selector](<review-chart-2.png>)\n");
    for (const name of ['review-chart-1.png', 'review-chart-2.png'])
      expect((await readFile(join(folder.path, name))).subarray(1, 4).toString()).toBe('PNG');

    const again = await netcheck(['export', 'told1', '-f', 'markdown'], prod());
    expect(again.stdout).toContain('- Packets lost over time (not with this text)\n');
  });

  test.each<[string, readonly string[], number, RegExp]>([
    [
      'another format',
      ['told1', '--format', 'pdf'],
      2,
      /^Unexpected format "pdf", expected bundle or markdown\n$/,
    ],
    [
      'an id that nobody knows',
      ['never1', '-f', 'markdown'],
      1,
      /^Cluster prod knows no investigation never1\./,
    ],
    ['no file', ['./never.json', '-f', 'markdown'], 2, /^Cannot read \.\/never\.json: ENOENT/],
    ['no bundle', ['./package.json', '-f', 'markdown'], 2, /^\.\/package\.json: not a bundle of netcheck/],
  ])('%s', async (_name, args, code, message) => {
    const ended = await netcheck(['export', ...args], prod());
    expect(ended).toEqual({ code, stdout: '', stderr: expect.stringMatching(message) });
  });
});
