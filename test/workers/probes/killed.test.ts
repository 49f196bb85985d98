import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { keys, queueNames, retentionSeconds } from '../../../core/jobs.ts';
import { Investigation, isOver, type Progress } from '../../../core/progress.ts';
import { Documents } from '../../../platform/documents.ts';
import { openQueue } from '../../../platform/queues.ts';
import { connectRedis } from '../../../platform/redis.ts';
import type { ClusterSim } from '../../../sim/cluster/start-cluster.ts';
import { startRedis } from '../../../sim/world/processes.ts';
import { symptomFile } from '../../support/own-playbooks.ts';
import { eventually, killAll, startProcess, temporaryFolder, type Folder } from '../support/lab.ts';
import { probePods, startFarEnd, startShop, worker } from './support/shop.ts';

/*
 * Workers as processes of their own, on a real Redis, that make a probe with three arms and are killed in the middle of
 * it; each kill hits several investigations, every one at another moment.
 */
const kills = Number(process.env['PROBE_KILLS'] ?? 3);
const atOnce = 4;

let folder: Folder;
let farEnd: Awaited<ReturnType<typeof startFarEnd>>;
let redisServer: Awaited<ReturnType<typeof startRedis>>;
let redis: Redis;
let documents: Documents;
let sim: ClusterSim;
let queue: Queue;
let environment: Record<string, string>;

const cause = `---
id: reach
title: The far end does not answer
---

Prose.

## Evidence

### \`reach\` Connects from three places

\`\`\`yaml probe
probe: tcp
to: $destination
from: [pod, other-node, target-pod]
attempts: 60
\`\`\`

## Eliminated when

\`\`\`cel
reach.from("pod").failed == 0.0 && reach.from("other-node").failed == 0.0 && reach.from("target-pod").failed == 0.0
&& rarer(reach.failed, reach.count, 0.1)
\`\`\`

None of {reach.count} connects failed.

## Confirmed when

\`\`\`cel
reach.failed == reach.count && commoner(reach.failed, reach.count, 0.5)
\`\`\`

All of {reach.count} connects failed.

## Otherwise

{reach.failed} of {reach.count} connects failed.

## Fix

Mend it.

## Cases

\`\`\`yaml cases
- name: nothing fails
  target: { destination: '127.0.0.1:1' }
  attempts:
    reach:
      - { from: pod, times: 60, seconds: 0.01 }
      - { from: other-node, times: 60, seconds: 0.01 }
      - { from: target-pod, times: 60, seconds: 0.01 }
  expect: eliminated
\`\`\`
`;

beforeAll(async () => {
  folder = await temporaryFolder();
  farEnd = await startFarEnd();
  redisServer = await startRedis();
  redis = connectRedis(redisServer.url);
  documents = new Documents(redis, retentionSeconds);
  sim = await startShop();
  const playbooks = await folder.folder('playbooks');
  await playbooks.folder('causes');
  await playbooks.write('odd.md', symptomFile('odd', 'Odd', 'reach'));
  await playbooks.write('causes/reach.md', cause);
  queue = openQueue(queueNames.investigate('kills'), redisServer.url);
  environment = {
    REDIS_URL: redisServer.url,
    PROMETHEUS_URL: 'http://127.0.0.1:9',
    KUBECONFIG: await folder.write('kubeconfig', sim.kubeconfig(worker)),
    NETCHECK_CLUSTER: 'kills',
    NETCHECK_PLAYBOOKS: playbooks.path,
    NETCHECK_PROBES: 'own-pod,ephemeral',
    NETCHECK_PROBE_ALLOW: '127.0.0.0/8',
  };
});
afterEach(killAll);
afterAll(async () => {
  await killAll();
  await queue.close();
  redis.disconnect();
  await sim.close();
  await redisServer.close();
  await new Promise((resolve) => farEnd.server.close(resolve));
  await folder.remove();
});

async function startWorker() {
  const one = startProcess(['workers/main.ts'], environment);
  await eventually(
    'the worker is ready',
    () => {
      if (one.child.exitCode !== null) throw new Error(one.stderr());
      return one.stderr().includes('worker ready') || undefined;
    },
    40_000,
  );
  return one;
}

async function ask(id: string): Promise<void> {
  const [host = '', port = ''] = farEnd.to.split(':');
  await queue.add(
    'investigate',
    {
      id,
      request: {
        subject: { kind: 'named', service: 'checkout', namespace: 'shop' },
        destination: { host, port: Number(port) },
        windowSeconds: 600,
        symptom: 'odd',
      },
      requestedAt: Date.now(),
      requester: 'tester',
    },
    { jobId: id },
  );
}

async function progressOf(id: string): Promise<Progress | undefined> {
  const stored = await documents.read(keys.investigation('kills', id));
  return stored && Investigation.parse(stored.value).progress;
}

async function endOf(id: string): Promise<Progress> {
  return eventually(
    `the end of ${id}`,
    async () => {
      const progress = await progressOf(id);
      return progress !== undefined && isOver(progress) ? progress : undefined;
    },
    120_000,
  );
}

/** The verdict of the only cause. */
function verdictOf(progress: Progress): string {
  if (progress.phase !== 'ended') return progress.phase;
  const [only] = progress.report.hypotheses;
  return `${only?.status ?? ''}: ${only?.reason ?? ''}`;
}

it('a probe with three arms is made, and leaves no pod', async () => {
  await startWorker();
  await ask('undisturbed');
  expect(verdictOf(await endOf('undisturbed'))).toBe('eliminated: None of 180 connects failed.');
  expect(probePods(sim)).toEqual([]);
}, 120_000);

describe(`a worker killed in the middle of it, ${kills} times with ${atOnce} investigations each`, () => {
  it.each(Array.from({ length: kills }, (_, index) => [index]))(
    '%i',
    async (round) => {
      const first = await startWorker();
      const ids = Array.from({ length: atOnce }, (_, index) => `killed-${round}-${index}`);
      for (const id of ids) {
        await ask(id);
        await pause(Math.random() * 700);
      }
      // From before the first pod is there to after the last has ended.
      await pause(Math.random() * 4000);
      await first.kill();
      await startWorker();
      const ends = await Promise.all(ids.map(endOf));
      for (const end of ends)
        expect(verdictOf(end)).toMatch(/^eliminated: None of \d+ connects failed\.$|^unchecked: /);
      expect(ends.filter((end) => verdictOf(end).startsWith('eliminated')).length).toBeGreaterThan(0);
      await eventually('no pod is left', () => probePods(sim).length === 0 || undefined, 70_000);
    },
    300_000,
  );
});
