import { beforeAll, expect, test } from '@jest/globals';
import { unservePort } from '../../../lab/net/faults/unserve-port.ts';
import { clusterOfTests, connection, describeInSandbox, impatience } from './support.ts';

/** As kube-proxy leads a NodePort to a pod on the node. */
const nodePorts = `
table ip services {
  chain prerouting {
    type nat hook prerouting priority dstnat
    ip daddr 10.0.0.12 tcp dport { 30080, 30443 } dnat to 10.244.2.11:7000
  }
}
`;

describeInSandbox('a NodePort that is not served', () => {
  const { sandbox, undoLater } = clusterOfTests(['p21']);
  beforeAll(() => sandbox().run(['nft', '-f', '-'], { netns: 'n2', input: nodePorts }));
  const asked = (port: number, timeoutMs?: number) =>
    connection(sandbox(), 'lb', { to: '10.0.0.12', port, ...(timeoutMs !== undefined && { timeoutMs }) });

  test.each([
    { as: 'refused', error: 'ECONNREFUSED' },
    { as: 'rejected', error: 'ECONNREFUSED' },
    { as: 'dropped', error: 'timeout', timeoutMs: impatience },
  ] as const)('is $as, and the next one goes on', async ({ as, error, timeoutMs }) => {
    const undo = await undoLater(unservePort(sandbox(), 'n2', { port: 30_080, as }));
    expect(await asked(30_080, timeoutMs)).toEqual({ error });
    expect(await asked(30_443)).toHaveProperty('peer');
    await undo();
    expect(await asked(30_080)).toHaveProperty('peer');
  });
});
