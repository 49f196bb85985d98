import { afterEach, expect, test } from '@jest/globals';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { openSandbox, type Sandbox } from '../../../lab/net/sandbox.ts';
import { describeInSandbox, until } from './support.ts';

const run = promisify(execFile);

const opened: Sandbox[] = [];
async function open(): Promise<Sandbox> {
  const sandbox = await openSandbox();
  opened.push(sandbox);
  return sandbox;
}
afterEach(() => Promise.all(opened.splice(0).map((sandbox) => sandbox.close())));

/** Which processes of this machine live in a namespace, given as `pid:[4026532001]` or `net:[…]`. */
function processesIn(namespace: string): readonly string[] {
  const kind = namespace.split(':')[0] ?? '';
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readlinkSync(`/proc/${name}/ns/${kind}`) === namespace;
    } catch {
      // It ended, or is not ours to look at.
      return false;
    }
  });
}

async function namespacesOf(sandbox: Sandbox, netns: string): Promise<readonly string[]> {
  const links = ['/proc/self/ns/pid', '/proc/self/ns/net'];
  const [pid = '', net = ''] = (await sandbox.run(['readlink', ...links])).trim().split('\n');
  return [pid, net, (await sandbox.run(['readlink', '/proc/self/ns/net'], { netns })).trim()];
}

const sleeper = ['sh', '-c', 'sleep 600 & sleep 600 & echo started; wait'];
const listening = `require('node:net').createServer().listen(7000, () => console.log('ready'));`;
const bySignal = `process.on('SIGTERM', () => { console.log('asked'); process.exit(7); }); console.log('ready'); setInterval(() => {}, 1000);`;

describeInSandbox('a sandbox', () => {
  test('has a network of its own, out of reach, and leaves the machine as it was', async () => {
    const before = Object.keys(networkInterfaces());
    const sandbox = await open();
    await sandbox.run(['ip', 'netns', 'add', 'inner']);
    expect(await sandbox.run(['ip', '-brief', 'link'])).toMatch(/^lo .*\n$/);
    expect(await sandbox.run(['ip', 'netns', 'list'])).toBe('inner\n');
    expect(Object.keys(networkInterfaces())).toEqual(before);
    expect(existsSync('/run/netns/inner')).toBe(false);

    await sandbox.run(['ip', 'address', 'add', '127.9.9.9/8', 'dev', 'lo']);
    const server = sandbox.spawn(undefined, [process.execPath, '--eval', listening]);
    await once(createInterface(server.stdout), 'line');
    const socket = connect(7000, '127.9.9.9');
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
  });

  test('runs commands to their end, in a namespace of the name given', async () => {
    const sandbox = await open();
    await sandbox.run(['ip', 'netns', 'add', 'inner']);
    await sandbox.run(['ip', '-batch', '-'], { netns: 'inner', input: 'link add dummy0 type bridge\n' });
    expect(await sandbox.run(['ip', '-brief', 'link'], { netns: 'inner' })).toContain('dummy0');
    expect(await sandbox.run(['ip', '-brief', 'link'])).not.toContain('dummy0');
    await expect(sandbox.run(['ip', 'link', 'set', 'eth7', 'up'])).rejects.toThrow(
      'ip link set eth7 up: Cannot find device "eth7"',
    );
    await expect(sandbox.run(['true'], { netns: 'outer' })).rejects.toThrow(
      'Cannot open network namespace "outer"',
    );
  });

  test('starts processes inside that can be signalled, and ends as they do', async () => {
    const sandbox = await open();
    await sandbox.run(['ip', 'netns', 'add', 'inner']);
    const child = sandbox.spawn('inner', [process.execPath, '--eval', bySignal], {
      env: { NODE_OPTIONS: '' },
    });
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    expect(await lines.next()).toMatchObject({ value: 'ready' });
    child.kill('SIGTERM');
    expect(await lines.next()).toMatchObject({ value: 'asked' });
    expect(await once(child, 'exit')).toEqual([7, null]);

    const killed = sandbox.spawn(undefined, sleeper);
    await once(createInterface(killed.stdout), 'line');
    killed.kill('SIGKILL');
    expect(await once(killed, 'exit')).toEqual([null, 'SIGKILL']);
  });

  test('lets any process start another inside', async () => {
    const sandbox = await open();
    await sandbox.run(['ip', 'netns', 'add', 'inner']);
    const [command = '', ...args] = sandbox.enter('inner');
    const { stdout } = await run(command, [...args, 'sh', '-c', 'readlink /proc/self/ns/net; pwd']);
    const [, , net = ''] = await namespacesOf(sandbox, 'inner');
    expect(stdout).toBe(`${net}\n${process.cwd()}\n`);
  });

  test.each(process.getuid?.() === 0 ? [0, 2102] : [0])(
    'a process started so by user %d ends with what started it',
    async (uid) => {
      const sandbox = await open();
      await sandbox.run(['ip', 'netns', 'add', 'inner']);
      const [, , net = ''] = await namespacesOf(sandbox, 'inner');
      const [command = '', ...args] = sandbox.enter('inner', { uid });
      const starter = spawn(command, [...args, 'sh', '-c', 'echo started; exec sleep 600']);
      await once(createInterface(starter.stdout), 'line');
      expect(processesIn(net)).toHaveLength(1);

      starter.kill('SIGKILL');
      await until('nothing is left in it', () => processesIn(net).length === 0);
    },
  );

  const asUser = process.getuid?.() === 0 ? 'as another user' : 'as another user only for root';
  test(`starts processes ${asUser}`, async () => {
    const sandbox = await open();
    const id = (): Promise<string> => sandbox.run(['id', '--user'], { uid: 2102 });
    if (process.getuid?.() === 0) {
      expect(await id()).toBe('2102\n');
    } else {
      await expect(id()).rejects.toThrow('Only root of the machine can start a process as user 2102');
    }
  });

  test('takes every process and namespace along when it is closed', async () => {
    const sandbox = await open();
    await sandbox.run(['ip', 'netns', 'add', 'inner']);
    const child = sandbox.spawn('inner', sleeper);
    await once(createInterface(child.stdout), 'line');
    const namespaces = await namespacesOf(sandbox, 'inner');
    expect(namespaces.map((namespace) => processesIn(namespace).length)).toEqual([4, 3, 3]);

    await sandbox.close();
    await until('nothing of it is left', () => namespaces.flatMap(processesIn).length === 0);
    await expect(sandbox.run(['true'])).rejects.toThrow('The sandbox is closed');
    await sandbox.close();
  });

  test('takes them along when its owner is killed without a chance to clean up', async () => {
    const module = new URL('../../../lab/net/sandbox.ts', import.meta.url).pathname;
    const script = `
      import { openSandbox } from ${JSON.stringify(module)};
      import { once } from 'node:events';
      const sandbox = await openSandbox();
      await sandbox.run(['ip', 'netns', 'add', 'inner']);
      const child = sandbox.spawn('inner', ${JSON.stringify(sleeper)});
      await once(child.stdout, 'data');
      const pid = await sandbox.run(['readlink', '/proc/self/ns/pid']);
      const net = await sandbox.run(['readlink', '/proc/self/ns/net'], { netns: 'inner' });
      process.stdout.write(pid + net);
      setInterval(() => {}, 1000);
    `;
    const owner = spawn(process.execPath, ['--input-type=module-typescript', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface(owner.stdout)[Symbol.asyncIterator]();
    const namespaces = [String((await lines.next()).value), String((await lines.next()).value)];
    expect(namespaces.map((namespace) => processesIn(namespace).length)).toEqual([4, 3]);

    owner.kill('SIGKILL');
    await once(owner, 'exit');
    await until('nothing of it is left', () => namespaces.flatMap(processesIn).length === 0);
  });
});

test('says why where the machine cannot make one', async () => {
  const module = new URL('../../../lab/net/sandbox.ts', import.meta.url).pathname;
  const script = `
    import { openSandbox } from ${JSON.stringify(module)};
    await openSandbox().catch((error) => console.log(error.message));
  `;
  const inPoorMachine = 'echo 0 > /proc/sys/user/max_net_namespaces; exec "$@"';
  const node = [process.execPath, '--input-type=module-typescript', '--eval', script];
  const { stdout } = await run('unshare', [
    '--user',
    '--map-root-user',
    'sh',
    '-c',
    inPoorMachine,
    'sh',
    ...node,
  ]);
  expect(stdout).toContain('network namespaces do not work here (tried as root): ');
  expect(stdout).toContain('unshare failed: No space left on device');
});
