import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startNetworkPolicies, type PolicyAgent } from '../../../lab/cluster/network-policy.ts';
import { startCluster, type ClusterSim } from '../../../sim/cluster/start-cluster.ts';
import {
  cluster as topology,
  clusterOfTests,
  connection,
  describeInSandbox,
  impatience,
} from '../net/support.ts';

const pods = topology.pods
  .map(
    ({ name, node, ip }) => `---
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: default, labels: { app: ${name} } }
spec: { nodeName: ${node}, containers: [{ name: app, image: app }] }
status: { phase: Running, podIP: ${ip} }
`,
  )
  .join('');

const p21 = '10.244.2.11';
const p12 = '10.244.1.12';
const barred = { error: 'timeout' };

describeInSandbox('a NetworkPolicy', () => {
  const { sandbox } = clusterOfTests(['p21', 'p12', 'ext']);
  let api: ClusterSim;
  let agent: PolicyAgent;
  beforeAll(async () => {
    api = await startCluster({ manifests: [pods], still: true });
    agent = startNetworkPolicies(sandbox(), api, topology.nodes);
  });
  afterAll(async () => {
    agent.close();
    await api.close();
  });
  const apply = async (spec: string): Promise<void> => {
    api.apply(
      `{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: one, namespace: default }, spec: ${spec} }`,
    );
    await agent.settled();
  };

  test('bars its pods the way out but for what it names, on the same node, another and outside', async () => {
    await apply(
      '{ podSelector: { matchLabels: { app: p11 } }, policyTypes: [Egress], egress: [{ to: [{ podSelector: { matchLabels: { app: p21 } } }], ports: [{ port: 7000 }] }] }',
    );
    const from = (netns: string, to: string, port = 7000) =>
      connection(sandbox(), netns, { to, port, timeoutMs: impatience });
    expect(await from('p11', p21)).toHaveProperty('peer');
    for (const [to, port] of [
      [p21, 7001],
      [p12, 7000],
      ['203.0.113.10', 7000],
    ] as const)
      expect(await from('p11', to, port)).toEqual(barred);
    expect(await from('p12', '203.0.113.10')).toHaveProperty('peer');
  });

  test('bars others the way in, but not its own node', async () => {
    await apply('{ podSelector: { matchLabels: { app: p21 } }, ingress: [] }');
    const to = { to: p21, timeoutMs: impatience };
    expect(await connection(sandbox(), 'p11', to)).toEqual(barred);
    expect(await connection(sandbox(), 'n1', to)).toEqual(barred);
    expect(await connection(sandbox(), 'n2', to)).toHaveProperty('peer');
  });

  test('bars nothing any more once it is gone', async () => {
    api.objects.remove({ resource: 'networkpolicies.networking.k8s.io', namespace: 'default', name: 'one' });
    await agent.settled();
    expect(await connection(sandbox(), 'p11', { to: p21, timeoutMs: impatience })).toHaveProperty('peer');
  });
});
