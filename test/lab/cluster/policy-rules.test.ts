import { describe, expect, test } from '@jest/globals';
import { policyRules, type NetworkPolicy } from '../../../lab/cluster/policy-rules.ts';
import type { Pod } from '../../../sim/cluster/objects/kinds.ts';

const pod = (name: string, node: string, podIP: string, namespace = 'shop'): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels: { app: name } },
  spec: {
    nodeName: node,
    containers: [{ name: 'app', ports: [{ name: 'http', containerPort: 8080 }] }],
  },
  status: { podIP },
});

const pods = [
  pod('checkout', 'node-a', '10.244.1.7'),
  pod('payments', 'node-b', '10.244.2.8'),
  pod('cart', 'node-b', '10.244.2.9'),
  pod('grafana', 'node-a', '10.244.1.9', 'monitoring'),
];
const namespaces = ['shop', 'monitoring'].map((name) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels: { team: name } },
}));

const policy = (spec: NetworkPolicy['spec']): NetworkPolicy => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'one', namespace: 'shop' },
  spec,
});
const checkout = { podSelector: { matchLabels: { app: 'checkout' } } };

/** What the chain of a pod says, without the rest of the table. */
function chain(
  name: string,
  node: string,
  ...policies: readonly NetworkPolicy[]
): readonly string[] | undefined {
  const rules = policyRules(node, { policies, pods, namespaces });
  return new RegExp(`^chain ${name} \\{\\n([^}]*(?:\\{[^}]*\\}[^}]*)*)\\n\\}$`, 'm')
    .exec(rules)?.[1]
    ?.split('\n');
}

const egress = 'egress-10-244-1-7';
const ingress = 'ingress-10-244-1-7';

describe('the rules of a NetworkPolicy', () => {
  const cases: readonly {
    readonly name: string;
    readonly spec: Omit<NetworkPolicy['spec'], 'podSelector'>;
    readonly chain: string;
    readonly says: readonly string[];
  }[] = [
    {
      name: 'bars everything where it names nothing',
      spec: { policyTypes: ['Egress'] },
      chain: egress,
      says: ['drop'],
    },
    {
      name: 'admits everything where it names everybody',
      spec: { policyTypes: ['Egress'], egress: [{}] },
      chain: egress,
      says: ['ip daddr 0.0.0.0/0 return', 'drop'],
    },
    {
      name: 'admits a network but for a part of it, at some ports',
      spec: {
        policyTypes: ['Egress'],
        egress: [
          {
            to: [{ ipBlock: { cidr: '203.0.113.0/24', except: ['203.0.113.53/32'] } }],
            ports: [{ port: 443 }, { protocol: 'UDP', port: 8000, endPort: 8100 }],
          },
        ],
      },
      chain: egress,
      says: [
        'ip daddr 203.0.113.0/24 ip daddr != { 203.0.113.53/32 } tcp dport 443 return',
        'ip daddr 203.0.113.0/24 ip daddr != { 203.0.113.53/32 } udp dport 8000-8100 return',
        'drop',
      ],
    },
    {
      name: 'admits pods of its namespace by their labels',
      spec: {
        policyTypes: ['Egress'],
        egress: [
          {
            to: [
              { podSelector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['cart'] }] } },
            ],
          },
        ],
      },
      chain: egress,
      says: ['ip daddr { 10.244.1.7, 10.244.2.8 } return', 'drop'],
    },
    {
      name: 'admits pods of other namespaces by the labels of these',
      spec: { ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'monitoring' } } }] }] },
      chain: ingress,
      says: ['ip saddr { 10.244.1.9 } return', 'drop'],
    },
    {
      name: 'knows a port of the pod by its name',
      spec: { ingress: [{ ports: [{ port: 'http' }] }] },
      chain: ingress,
      says: ['ip saddr 0.0.0.0/0 tcp dport 8080 return', 'drop'],
    },
    {
      name: 'admits a whole protocol',
      spec: { ingress: [{ ports: [{ protocol: 'UDP' }] }] },
      chain: ingress,
      says: ['ip saddr 0.0.0.0/0 meta l4proto udp return', 'drop'],
    },
    {
      name: 'admits nobody where its selector finds nobody',
      spec: { ingress: [{ from: [{ podSelector: { matchLabels: { app: 'nobody' } } }] }] },
      chain: ingress,
      says: ['drop'],
    },
  ];
  test.each(cases)('$name', ({ spec, chain: name, says }) => {
    expect(chain(name, 'node-a', policy({ ...checkout, ...spec }))).toEqual(says);
  });

  test('of two policies add up', () => {
    const two = [443, 8080].map((port) => policy({ ...checkout, ingress: [{ ports: [{ port }] }] }));
    expect(chain(ingress, 'node-a', ...two)).toEqual([
      'ip saddr 0.0.0.0/0 tcp dport 443 return',
      'ip saddr 0.0.0.0/0 tcp dport 8080 return',
      'drop',
    ]);
  });

  test('are those of pods on the node, and only of those that it selects', () => {
    const all = policy({ podSelector: {}, policyTypes: ['Ingress'] });
    const jumps = (node: string): readonly string[] =>
      policyRules(node, { policies: [all], pods, namespaces }).match(/^ip \wad?dr \S+ jump .*$/gm) ?? [];
    expect(jumps('node-a')).toEqual(['ip daddr 10.244.1.7 jump ingress-10-244-1-7']);
    expect(jumps('node-b')).toEqual([
      'ip daddr 10.244.2.8 jump ingress-10-244-2-8',
      'ip daddr 10.244.2.9 jump ingress-10-244-2-9',
    ]);
  });

  test('leave out the other direction, as its types say', () => {
    const one = policy({ ...checkout, policyTypes: ['Ingress'] });
    expect(chain(egress, 'node-a', one)).toBeUndefined();
    expect(chain(ingress, 'node-a', one)).toEqual(['drop']);
  });
});
