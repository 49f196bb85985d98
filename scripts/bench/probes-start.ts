import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readEnvironment, WorkerEnvironment } from '../../core/config.ts';
import { queueNames, retentionSeconds, type GatherJob } from '../../core/jobs.ts';
import type { Placement } from '../../core/probes.ts';
import { Documents } from '../../platform/documents.ts';
import { createLogger } from '../../platform/logger.ts';
import { openPlaybooks } from '../../platform/playbook-source.ts';
import { openQueue } from '../../platform/queues.ts';
import { connectRedis } from '../../platform/redis.ts';
import { localProcesses } from '../../sim/cluster/kubelet/local-processes.ts';
import { startCluster } from '../../sim/cluster/start-cluster.ts';
import { startRedis } from '../../sim/world/processes.ts';
import { InvestigationStore } from '../../workers/investigation-store.ts';
import { startWorker } from '../../workers/start.ts';

const root = join(import.meta.dirname, '../..');
const limitMs = 1500;
const places: readonly Placement[] = ['worker', 'pod', 'target-pod'];

const manifest = `
apiVersion: v1
kind: Node
metadata: { name: node-a }
status: { addresses: [{ type: InternalIP, address: 10.0.0.11 }], conditions: [{ type: Ready, status: 'True' }] }
---
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: v1
kind: Pod
metadata: { name: cart-1, namespace: shop, labels: { app: cart } }
spec: { nodeName: node-a, containers: [{ name: app, image: app }] }
status:
  phase: Running
  podIP: 10.244.1.7
  startTime: 2026-11-21T10:00:00Z
  conditions: [{ type: Ready, status: 'True' }]
`;

/** Milliseconds from a queued job to the first connection at the far end, over queue, worker, API server and kubelet. */
export async function benchProbeStart(runs: number): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'netcheck-bench-'));
  const redisServer = await startRedis({ dir: folder });
  const sim = await startCluster({
    manifests: [
      manifest,
      ...(await Promise.all(
        ['rbac', 'rbac-probes-ephemeral'].map((name) => readFile(join(root, `deploy/${name}.yaml`), 'utf8')),
      )),
    ],
    runners: [localProcesses({ images: { 'netcheck:0.1.0': { root } } })],
  });
  const logger = createLogger('bench', 'error');
  const playbooks = await openPlaybooks(undefined, logger);
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, sim.kubeconfig({ namespace: 'netcheck', name: 'netcheck-worker' }));
  const environment = readEnvironment(WorkerEnvironment, {
    REDIS_URL: redisServer.url,
    PROMETHEUS_URL: 'http://127.0.0.1:9',
    KUBECONFIG: kubeconfig,
    NETCHECK_PROBES: 'own-pod,ephemeral',
    NETCHECK_PROBE_ALLOW: '127.0.0.0/8',
  });
  if ('problems' in environment) throw new Error(environment.problems.join('\n'));
  const worker = await startWorker(environment.config, playbooks, logger);
  const redis = connectRedis(redisServer.url);
  const store = new InvestigationStore(new Documents(redis, retentionSeconds), 'default');
  const queue = openQueue(queueNames.probe('default'), redisServer.url);
  const farEnd = createServer((socket) => socket.on('error', () => undefined).resume());
  farEnd.listen(0, '127.0.0.1');
  await once(farEnd, 'listening');
  const destination = `127.0.0.1:${(farEnd.address() as AddressInfo).port}`;
  try {
    process.stdout.write('\nFrom the queued job to the first connection at the far end, milliseconds\n');
    const failures: string[] = [];
    for (const from of places) {
      const waited: number[] = [];
      for (let run = 0; run < runs; run++) {
        const investigation = `bench-${from}-${run}`;
        await store.settle(investigation, {
          target: {
            namespace: 'shop',
            service: 'cart',
            pods: [{ name: 'cart-1', node: 'node-a', ready: true }],
            nodes: ['node-a'],
            destination,
            gaps: [],
          },
          requester: 'bench',
          window: { from: 0, to: 600 },
          playbooks: 'bench',
        });
        const job: GatherJob = {
          investigation,
          request: {
            source: 'probe',
            id: 'bench/reach',
            title: 'Connects',
            probe: 'tcp',
            params: { namespace: 'shop', service: 'cart', to: destination },
            from: [from],
            attempts: 1,
            first: 0,
          },
        };
        const first = once(farEnd, 'connection');
        const queued = performance.now();
        await queue.add('probe', job);
        await first;
        waited.push(performance.now() - queued);
        while ((await store.evidence(investigation)).size === 0) await pause(20);
      }
      waited.sort((a, b) => a - b);
      const median = waited[waited.length >> 1] ?? Infinity;
      if (median >= limitMs) failures.push(`${from}: ${Math.round(median)} ms to the first sample`);
      const columns = [waited[0] ?? 0, median, waited.at(-1) ?? 0].map((ms) =>
        String(Math.round(ms)).padStart(6),
      );
      process.stdout.write(
        `${from.padEnd(12)} ${runs} runs, min/median/max ${columns.join('')}  < ${limitMs}\n`,
      );
    }
    return failures;
  } finally {
    await worker.close();
    playbooks.close();
    await queue.close();
    redis.disconnect();
    farEnd.close();
    await sim.close();
    await redisServer.close();
    await rm(folder, { recursive: true, force: true });
  }
}
