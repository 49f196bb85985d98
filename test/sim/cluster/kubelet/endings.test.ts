import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { clusterAdmin } from '../../../../sim/cluster/identities.ts';
import { startCluster, type ClusterSim } from '../../../../sim/cluster/start-cluster.ts';
import { clientsFor, refusalOf, until } from '../clients.ts';
import { nodes, shop } from '../manifests.ts';
import { container, isRoot, podsOf, runner } from './pods.ts';

const asRoot = isRoot ? test : test.skip;

let sim: ClusterSim;
let clients: ReturnType<typeof clientsFor>;
let pods: ReturnType<typeof podsOf>;

beforeAll(async () => {
  sim = await startCluster({ manifests: [nodes, shop], runners: [runner] });
  clients = clientsFor(sim, clusterAdmin);
  pods = podsOf(sim, clients);
});

afterAll(() => sim.close());

const at = (name: string) => ({ namespace: 'shop', name });
const pidIn = (name: string) => Number(/\d+/.exec(pods.log(name)[0] ?? '')?.[0]);
const isAlive = (pid: number) => existsSync(`/proc/${String(pid)}`);
const addEphemeral = (name: string, one: object) =>
  clients.core.patchNamespacedPodEphemeralcontainers(
    { ...at(name), body: { spec: { ephemeralContainers: [one] } } },
    setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch),
  );

describe('its end', () => {
  test('a delete asks it to stop, and the pod is gone only when it has', async () => {
    const seen: (string | undefined)[] = [];
    await pods.create('stops', [container(['serve', 4])]);
    await pods.untilLogged('stops', 'up');
    const pid = pidIn('stops');
    const unsubscribe = sim.objects.subscribe(({ after, deleted }) => {
      if (after.metadata.name !== 'stops' || after.kind !== 'Pod') return;
      seen.push(
        deleted
          ? `gone, alive: ${String(isAlive(pid))}`
          : /"exitCode":\d/.exec(JSON.stringify(after.status))?.[0],
      );
    });

    const answer = await clients.core.deleteNamespacedPod(at('stops'));
    expect(answer.metadata?.deletionTimestamp).toBeInstanceOf(Date);
    await pods.untilGone('stops');
    unsubscribe();

    expect(seen).toEqual([undefined, '"exitCode":4', 'gone, alive: false']);
  });

  asRoot(
    'what does not listen is killed when its grace is over, the first process of a container too',
    async () => {
      await Promise.all(['stubborn', 'deaf'].map((what) => pods.create(what, [container([what])])));
      await Promise.all(['stubborn', 'deaf'].map((what) => pods.untilLogged(what, 'up')));
      const codes: number[] = [];
      const unsubscribe = sim.objects.subscribe(({ after }) => {
        const code = /"exitCode":(\d+)/.exec(JSON.stringify(after.status ?? {}))?.[1];
        if (['stubborn', 'deaf'].includes(after.metadata.name) && code !== undefined)
          codes.push(Number(code));
      });
      const started = Date.now();

      const deletes = ['stubborn', 'deaf'].map((name) =>
        clients.core.deleteNamespacedPod({ ...at(name), gracePeriodSeconds: 1 }),
      );
      await Promise.all(deletes);
      await Promise.all(['stubborn', 'deaf'].map((name) => pods.untilGone(name)));
      unsubscribe();

      // A kubelet grants two seconds at least.
      expect(Date.now() - started).toBeGreaterThanOrEqual(1900);
      expect(new Set(codes)).toEqual(new Set([137]));
    },
  );

  test('a deadline ends it: Failed, DeadlineExceeded', async () => {
    await pods.create('late', [container(['serve'])], { activeDeadlineSeconds: 1 });
    await pods.untilLogged('late', 'up');
    const pid = pidIn('late');

    const status = await pods.untilPhase('late', 'Failed');

    const message = 'Pod was active on the node longer than the specified deadline';
    expect(status).toMatchObject({ reason: 'DeadlineExceeded', message });
    expect(status?.containerStatuses?.[0]?.state?.terminated?.exitCode).toBe(0);
    expect(pods.log('late')).toContain('told to stop');
    expect(isAlive(pid)).toBe(false);
    expect(await pods.events('late')).toEqual(
      expect.arrayContaining([
        `Normal DeadlineExceeded: ${message}`,
        'Normal Killing: Stopping container probe',
      ]),
    );
  });

  test('a deadline ends a pod that never came to run', async () => {
    await pods.create(
      'never',
      [container(['who'], { securityContext: { runAsUser: 0, runAsNonRoot: true } })],
      {
        activeDeadlineSeconds: 1,
      },
    );

    expect(await pods.untilPhase('never', 'Failed')).toMatchObject({ reason: 'DeadlineExceeded' });
  });

  test('ephemeral containers run beside the others and die with their pod', async () => {
    await pods.create('host', [container(['serve'], { name: 'main' })], { activeDeadlineSeconds: 2 });
    await pods.untilLogged('host', 'up', 'main');
    await addEphemeral('host', container(['exit', 5], { name: 'quick' }));
    await addEphemeral('host', container(['serve', 6], { name: 'long', targetContainerName: 'main' }));
    await pods.untilLogged('host', 'up', 'long');
    expect(pods.now('host')?.status?.phase).toBe('Running');

    const status = await pods.untilPhase('host', 'Failed');

    const codes = status?.ephemeralContainerStatuses?.map(({ name, state }) => [
      name,
      state?.terminated?.exitCode,
    ]);
    expect(codes).toEqual([
      ['quick', 5],
      ['long', 6],
    ]);
  });

  asRoot('an ephemeral container is its own user', async () => {
    await pods.create('debugged', [{ name: 'main', image: 'a:1' }]);
    await addEphemeral('debugged', container(['who'], { name: 'who', securityContext: { runAsUser: 2102 } }));
    await pods.untilLogged('debugged', 'uid', 'who');

    expect(JSON.parse(pods.log('debugged', 'who')[0] ?? '')).toMatchObject({ uid: 2102 });
  });

  test('a pod that is forced away leaves no process', async () => {
    await pods.create('forced', [container(['serve'])]);
    await pods.untilLogged('forced', 'up');
    const pid = pidIn('forced');

    await clients.core.deleteNamespacedPod({ ...at('forced'), gracePeriodSeconds: 0 });

    expect((await refusalOf(clients.core.readNamespacedPod(at('forced')))).code).toBe(404);
    await until(() => !isAlive(pid));
  });

  test('closing the stand-in kills what runs', async () => {
    const other = await startCluster({ manifests: [nodes, shop], runners: [runner] });
    const there = podsOf(other, clientsFor(other, clusterAdmin));
    await there.create('last', [container(['stubborn'])]);
    await there.untilLogged('last', 'up');
    const pid = Number(/\d+/.exec(there.log('last')[0] ?? '')?.[0]);

    await other.close();

    await until(() => !isAlive(pid));
  });

  test('so does the end of the process that holds it, however hard', async () => {
    const holder = spawn(process.execPath, [fileURLToPath(new URL('./hold.ts', import.meta.url))], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    holder.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    await until(() => /up \d+\n/.test(said));
    const pid = Number(/\d+/.exec(said)?.[0]);
    expect(isAlive(pid)).toBe(true);

    holder.kill('SIGKILL');

    await until(() => !isAlive(pid));
  });
});
