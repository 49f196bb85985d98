import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { Report } from '../../core/report.ts';
import { clusterAdmin } from '../../sim/cluster/identities.ts';
import { startCluster, type ClusterSim } from '../../sim/cluster/start-cluster.ts';
import { freePort, startRedis } from '../../sim/world/processes.ts';
import { startPrometheus } from '../../sim/world/prometheus.ts';
import { eventually, killAll, startProcess, temporaryFolder, type Folder } from '../workers/support/lab.ts';
import { startMetricsProxy } from '../workers/support/metrics-proxy.ts';
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
        namespace('test'),
        node('node-a'),
        workload('Deployment', 'cart', { app: 'cart' }),
        service('cart', { selector: { app: 'crat' } }),
        service('web'),
        service('web', {}, 'test'),
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

async function netcheck(args: readonly string[], change: Record<string, string> = {}): Promise<Ended> {
  const run = startProcess(['cli/netcheck.js', ...args], { ...env, ...change });
  const code = await run.exited;
  return { code, stdout: run.stdout(), stderr: run.stderr() };
}

describe('netcheck run', () => {
  test('waits for a Redis that starts anew meanwhile', async () => {
    const data = await temporaryFolder();
    const proxy = await startMetricsProxy(prometheus.url);
    proxy.treat(() => ({ delayMs: 1000 }));
    let own = await startRedis({ dir: data.path, aof: true });
    try {
      const run = startProcess(['cli/netcheck.js', 'run', 'cart', '--output', 'json'], {
        ...env,
        REDIS_URL: own.url,
        PROMETHEUS_URL: proxy.url,
      });
      await eventually('a first query', () => proxy.queries[0], 20_000);
      process.kill(own.pid, 'SIGKILL');
      await own.close();
      own = await startRedis({ dir: data.path, aof: true, port: own.port });

      expect(await run.exited).toBe(0);
      expect(Report.parse(JSON.parse(run.stdout()))).toMatchObject({ target: { service: 'cart' } });
    } finally {
      await own.close();
      await proxy.close();
      await data.remove();
    }
  });

  test('--output json prints one document that is a report, and nothing else', async () => {
    const { code, stdout, stderr } = await netcheck(['run', 'cart.shop', 'since', '1h', '--output', 'json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trimEnd()).not.toContain('\n');
    const report = Report.parse(JSON.parse(stdout));
    expect(report).toMatchObject({
      target: { namespace: 'shop', service: 'cart', workload: 'Deployment/cart' },
      conclusion: { kind: 'cause-found', causes: ['no-ready-endpoints'] },
      proposals: [{ remediation: 'service-selector', params: { selector: 'app=cart' } }],
    });
    const { from = 0, to = 0 } = report.evidence.find(({ window }) => window !== undefined)?.window ?? {};
    expect(to - from).toBe(3600);
  });

  test('--explain says after the report what was looked at in which order, and why', async () => {
    const { code, stdout } = await netcheck(['run', 'cart', 'connection-errors', '--explain']);
    expect(code).toBe(0);
    const [, steps = ''] = stdout.split('\n\nHow it went:\n');
    expect(steps).toMatch(/^1\. \d+ looks at metrics and objects, at no cost, for all causes\n/);
    expect(steps.trimEnd().split('\n').at(-1)).toMatch(/^\d\. |^ {3}/);
  });

  test('in a pipe prints plain lines, and leaves no queue behind', async () => {
    const { code, stdout, stderr } = await netcheck(['run', 'cart', 'connection-errors']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toContain('\u001b');
    expect(stdout).toMatch(/^cart\.shop\nThe Service has no ready endpoints \(selector app=crat/);
    expect(stdout).toMatch(/^Could not be looked at:$/m);
    expect(stdout).toMatch(/\d+ looks in \d+\.\d s, id [a-z0-9]{12}\n$/);

    const client = new Redis(redis.url);
    expect(await client.keys('netcheck-queue:*')).toEqual([]);
    client.disconnect();
  });

  test.each<[string, string[], Record<string, string>, number, string | RegExp]>([
    ['a Service that is not there', ['crat'], {}, 1, 'There is no Service crat. Near: cart.shop.\n'],
    [
      'several of a name',
      ['web'],
      {},
      1,
      'web stands for several Services: web.shop, web.test. Say which.\n',
    ],
    [
      'a word that is not understood',
      ['cart', 'sinse', '30m'],
      {},
      2,
      /^cart sinse 30m\n {5}\^\nUnexpected "sinse", expected .*Did you mean since\?\n$/,
    ],
    [
      'a word far to the right',
      ['cart', 'to', `${'a'.repeat(60)}.${'b'.repeat(60)}`, 'nonsense'],
      {},
      2,
      /^[ab.]+ nonsense\n {59}\^\nUnexpected "nonsense"/,
    ],
    ['a word of the chat', ['help'], {}, 2, /^netcheck run <service>/],
    ['another format', ['cart', '-o', 'xml'], {}, 2, 'Unexpected output "xml", expected text or json\n'],
    ['no Prometheus named', ['cart'], { PROMETHEUS_URL: '' }, 1, /^PROMETHEUS_URL is not set.*\n$/],
    [
      'no kubeconfig',
      ['cart'],
      { KUBECONFIG: '/nonexistent' },
      1,
      /^KUBECONFIG: cannot read \/nonexistent: /,
    ],
  ])('%s', async (_name, words, change, code, message) => {
    const ended = await netcheck(['run', ...words], change);
    expect(ended).toEqual({
      code,
      stdout: '',
      stderr: typeof message === 'string' ? message : expect.stringMatching(message),
    });
  });

  test('no words at all: usage', async () => {
    const { code, stderr } = await netcheck(['run']);
    expect(code).toBe(2);
    expect(stderr).toContain("missing required argument 'words'");
  });

  test('no Redis', async () => {
    const port = await freePort();
    const { code, stdout, stderr } = await netcheck(['run', 'cart', '-o', 'json'], {
      REDIS_URL: `redis://:hush@127.0.0.1:${port}`,
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^No Redis at 127\\.0\\.0\\.1:${port} \\(REDIS_URL\\): `));
    expect(stderr).not.toContain('hush');
  });

  test('no API server', async () => {
    const gone = await folder.write(
      'gone',
      sim.kubeconfig(clusterAdmin).replace(sim.url, `http://127.0.0.1:${await freePort()}`),
    );
    const { code, stderr } = await netcheck(['run', 'cart'], { KUBECONFIG: gone });
    expect(code).toBe(1);
    expect(stderr).toContain('the API server could not be reached (ECONNREFUSED)');
  });
});
