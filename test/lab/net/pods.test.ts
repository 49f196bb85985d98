import { expect, test } from '@jest/globals';
import { plugPod, unplugPod } from '../../../lab/net/pods.ts';
import { once, type Undo } from '../../../lab/net/undo.ts';
import {
  answered,
  clusterOfTests,
  connection,
  describeInSandbox,
  impatience,
  startServer,
} from './support.ts';

const p13 = {
  name: 'p13',
  node: 'n1',
  ip: '10.244.1.13',
  sysctls: { 'net.ipv4.tcp_syn_retries': 3 },
  resolvConf: 'nameserver 10.96.0.10\n',
};

describeInSandbox('a pod that comes later', () => {
  const { sandbox, undoLater } = clusterOfTests(['p11', 'p21', 'ext']);
  const plug = (): Promise<Undo> =>
    undoLater(plugPod(sandbox(), p13).then(() => once(() => unplugPod(sandbox(), p13))));

  test('reaches a neighbour, a pod of another node and the world, and loses no packet to begin with', async () => {
    await plug();
    for (const [to, peer] of [
      ['10.244.1.11', p13.ip],
      ['10.244.2.11', p13.ip],
      ['203.0.113.10', '10.0.0.11'],
    ] as const)
      expect(await connection(sandbox(), 'p13', { to })).toMatchObject({ peer });
    const again = await sandbox().run(['nstat', '-asz', 'TcpExtTCPSynRetrans'], { netns: 'p13' });
    expect(again).toMatch(/^TcpExtTCPSynRetrans +0 /m);
  });

  test('is reached, by its node and by pods of others', async () => {
    await plug();
    await startServer(sandbox(), 'p13', { tcp: [7000], udp: [7000] });
    expect(await connection(sandbox(), 'n1', { to: p13.ip })).toMatchObject({ peer: '10.244.1.1' });
    expect(await connection(sandbox(), 'p21', { to: p13.ip })).toMatchObject({ peer: '10.244.2.11' });
    expect(await answered(sandbox(), 'p21', { to: p13.ip, count: 3 })).toBe(3);
  });

  test('its neighbours keep their gateway while it comes and goes, whatever its hardware address', async () => {
    const out = { to: '203.0.113.10' };
    await connection(sandbox(), 'p11', out);
    const unplug = await plug();
    // A bridge without an address of its own takes the lowest one of its ports.
    await sandbox().run(['ip', 'link', 'set', 'v-p13', 'address', '02:00:00:00:00:01'], { netns: 'n1' });
    expect(await connection(sandbox(), 'p11', out)).toMatchObject({ peer: '10.0.0.11' });
    await unplug();
    expect(await connection(sandbox(), 'p11', out)).toMatchObject({ peer: '10.0.0.11' });
  });

  test('has the settings and the resolver that it is given', async () => {
    await plug();
    const file = '/proc/sys/net/ipv4/tcp_syn_retries';
    expect(await sandbox().run(['cat', file, '/etc/resolv.conf'], { netns: 'p13' })).toMatch(
      /^3\nnameserver 10\.96\.0\.10\n/,
    );
    expect(await sandbox().run(['cat', file], { netns: 'p11' })).toBe('6\n');
  });

  test('leaves nothing behind when it is unplugged, whatever still runs in it, and can come again', async () => {
    const before = await linksAndNamespaces();
    for (let time = 0; time < 2; time++) {
      await plugPod(sandbox(), p13);
      await startServer(sandbox(), 'p13', { tcp: [7000] });
      expect(await connection(sandbox(), 'p21', { to: p13.ip })).toHaveProperty('peer');
      await unplugPod(sandbox(), p13);
      expect(await linksAndNamespaces()).toEqual(before);
      const { error } = await connection(sandbox(), 'p21', { to: p13.ip, timeoutMs: impatience });
      expect(error).toMatch(/^(timeout|EHOSTUNREACH)$/);
    }
  });

  async function linksAndNamespaces(): Promise<readonly string[]> {
    return [
      await sandbox().run(['ip', '-brief', 'link'], { netns: 'n1' }),
      await sandbox().run(['ip', 'netns', 'list']),
    ];
  }

  test.each([
    { what: 'whose name is taken', pod: { ...p13, name: 'p11' }, says: 'File exists' },
    { what: 'whose node is not there', pod: { ...p13, node: 'n9' }, says: 'n9' },
  ])('is refused $what', async ({ pod, says }) => {
    const before = await linksAndNamespaces();
    await expect(plugPod(sandbox(), pod)).rejects.toThrow(says);
    expect(await linksAndNamespaces()).toEqual(before);
  });
});
