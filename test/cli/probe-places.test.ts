import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { clusterAdmin } from '../../sim/cluster/identities.ts';
import type { Pod } from '../../sim/cluster/objects/kinds.ts';
import type { ClusterSim } from '../../sim/cluster/start-cluster.ts';
import { isRoot } from '../sim/cluster/kubelet/pods.ts';
import { eventually, killAll, startProcess, temporaryFolder, type Folder } from '../workers/support/lab.ts';
import { probePods, startFarEnd, startShop } from '../workers/probes/support/shop.ts';

/** `netcheck probe --from pod/… and node/…`: a real CLI, and a kubelet that plays the image as processes of this machine. */

// Probe pods run as users of their own.
const asRoot = isRoot ? describe : describe.skip;

let folder: Folder;
let farEnd: Awaited<ReturnType<typeof startFarEnd>>;
let sim: ClusterSim;
let env: Record<string, string>;
beforeAll(async () => {
  folder = await temporaryFolder();
  farEnd = await startFarEnd();
  sim = await startShop({ sidecar: true });
  env = { KUBECONFIG: await folder.write('kubeconfig', sim.kubeconfig(clusterAdmin)) };
});
afterEach(killAll);
afterAll(async () => {
  await sim.close();
  await new Promise((resolve) => farEnd.server.close(resolve));
  await folder.remove();
});

function start(args: readonly string[], change: Record<string, string> = {}) {
  return startProcess(['cli/netcheck.js', 'probe', 'tcp', farEnd.to, '--allow', '127.0.0.0/8', ...args], {
    ...env,
    ...change,
  });
}

async function probe(args: readonly string[], change: Record<string, string> = {}) {
  const run = start(args, change);
  const code = await run.exited;
  return { code, stdout: run.stdout(), stderr: run.stderr() };
}

const ephemeral = (): NonNullable<Pod['spec']['ephemeralContainers']> =>
  (sim.objects.get({ resource: 'pods', namespace: 'shop', name: 'checkout-1' }) as Pod).spec
    .ephemeralContainers ?? [];

asRoot('--from', () => {
  test.each([
    ['node/node-a', [], 'netcheck-probes-node', true, 'node/node-a'],
    ['node/node-b', ['--pod-network'], 'netcheck-probes', false, 'node/node-b, a pod on it'],
  ] as const)('%s %s', async (from, flags, namespace, hostNetwork, title) => {
    const seen: Pod[] = [];
    const unsubscribe = sim.objects.subscribe(({ resource, after }) => {
      if (resource === 'pods' && probePods(sim).includes(after.metadata.name)) seen.push(after as Pod);
    });
    const { code, stdout, stderr } = await probe(['--from', from, ...flags, '-c', '10']);
    unsubscribe();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`tcp to ${farEnd.to} from ${title}\n0 of 10 failed`);
    expect(seen[0]).toMatchObject({
      metadata: { namespace },
      spec: { nodeName: from.slice('node/'.length), ...(hostNetwork && { hostNetwork }) },
    });
    expect(probePods(sim)).toEqual([]);
  });

  test('pod/… is a container in that pod; --past-sidecar has the user of the sidecar', async () => {
    const { code, stdout } = await probe([
      '--from',
      'pod/checkout-1',
      '-n',
      'shop',
      '--past-sidecar',
      '-c',
      '10',
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('from pod/checkout-1 past its sidecar\n0 of 10 failed');
    expect(ephemeral().at(-1)).toMatchObject({ securityContext: { runAsUser: 2102 } });
  });

  test('two places run side by side and are compared', async () => {
    const { code, stdout } = await probe([
      '--from',
      'node/node-a',
      '--from',
      'local',
      '-c',
      '20',
      '-o',
      'json',
    ]);
    expect(code).toBe(0);
    const { arms, comparison } = JSON.parse(stdout) as {
      arms: { from: string; attempts: { at: number }[] }[];
      comparison: object;
    };
    expect(arms.map(({ from, attempts }) => [from, attempts.length])).toEqual([
      ['node/node-a', 20],
      ['local', 20],
    ]);
    const [a = 0, b = 0] = arms.map(({ attempts }) => attempts[0]?.at);
    expect(Math.abs(a - b)).toBeLessThan(1000);
    expect(comparison).toEqual({ worse: null, alike: false, p: 1 });
  });

  test('where one place could not look, the other is still told, and that it is half of the answer', async () => {
    const { code, stdout } = await probe([
      '--from',
      'local',
      '--from',
      'pod/chekout-1',
      '-n',
      'shop',
      '-c',
      '10',
    ]);
    expect(code).toBe(1);
    expect(stdout).toContain('from this machine\n0 of 10 failed');
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      'tcp from pod/chekout-1 Could not look: there is no pod chekout-1 in the namespace shop (--namespace names another); did you mean checkout-1?',
    );
  });

  test('Ctrl-C: the pod says what it has, and is gone', async () => {
    const before = farEnd.accepted();
    const run = start(['--from', 'node/node-a', '-c', '2000', '--pace', '0.05']);
    await eventually('some attempts', () => (farEnd.accepted() > before + 5 ? true : undefined), 30_000);
    run.child.kill('SIGINT');
    expect(await run.exited).toBe(0);
    expect(run.stdout()).toMatch(/^0 of \d{1,3} failed: /m);
    expect(run.stdout()).toContain('\nStopped before its end.\n');
    expect(probePods(sim)).toEqual([]);
  });

  test('Ctrl-C: nothing ends a container in a pod, which is said', async () => {
    const before = farEnd.accepted();
    const run = start(['--from', 'pod/checkout-1:past-sidecar', '-n', 'shop', '-c', '100', '--pace', '0.1']);
    await eventually('some attempts', () => (farEnd.accepted() > before + 5 ? true : undefined), 30_000);
    run.child.kill('SIGINT');
    expect(await run.exited).toBe(0);
    expect(run.stdout().replace(/\s+/g, ' ')).toMatch(
      /the container in the pod checkout-1 goes on by itself, for at most \d+ s: nothing can end it sooner/,
    );
  });
});

describe('could not look', () => {
  test.each<[string, readonly string[], Record<string, string>, RegExp]>([
    [
      'a node that is not there',
      ['--from', 'node/node-c'],
      {},
      /there is no node node-c; did you mean node-a or node-b\?/,
    ],
    [
      'a namespace that is not there',
      ['--from', 'node/node-a'],
      { NETCHECK_PROBE_NAMESPACE: 'nowhere' },
      /namespaces "nowhere-node" not found \(NETCHECK_PROBE_NAMESPACE names the namespace of probe pods\)/,
    ],
  ])('%s', async (_name, args, change, message) => {
    const { code, stdout } = await probe([...args, '-c', '5'], change);
    expect(code).toBe(1);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(message);
  });

  test('no kubeconfig', async () => {
    const { code, stderr } = await probe(['--from', 'node/node-a'], { KUBECONFIG: '/nonexistent' });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^KUBECONFIG: cannot read \/nonexistent: /);
  });
});
