import { clusterDns, farEnd } from '../cluster/topology.ts';
import type { Fault } from './fault.ts';
import { oneOf } from './support/draw.ts';
import { applyPolicy, connects } from './support/network-policy.ts';

const far = { host: farEnd, port: 7000 };

/** Names are looked up, and payments is called, as somebody thought of who wrote the policy. */
const thoughtOf = [
  { to: [{ podSelector: { matchLabels: { app: 'payments' } } }] },
  {
    to: [{ namespaceSelector: {}, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }],
    ports: [
      { protocol: 'UDP', port: 53 },
      { protocol: 'TCP', port: 53 },
    ],
  },
];

interface Besides {
  readonly what: string;
  readonly rules: readonly object[];
}

/** What else it names, which is not the far end. */
const besides: readonly [Besides, ...Besides[]] = [
  { what: 'nothing outside', rules: [] },
  {
    what: 'another port of the far end',
    rules: [{ to: [{ ipBlock: { cidr: `${farEnd}/32` } }], ports: [{ port: 8080 }] }],
  },
  { what: 'a network beside it', rules: [{ to: [{ ipBlock: { cidr: '198.51.100.0/24' } }] }] },
  {
    what: 'its network without it',
    rules: [{ to: [{ ipBlock: { cidr: '203.0.113.0/24', except: [`${farEnd}/32`] } }] }],
  },
];

export const networkPolicy: Fault = {
  id: 'network-policy',
  title: 'A NetworkPolicy lets pods out to what they need, but for one far end',
  ask: `checkout.shop to ${far.host}:${far.port} outbound-timeouts`,
  causes: ['egress-policy'],
  async inject(lab, random) {
    const { what, rules } = oneOf(random, besides);
    const name = oneOf(random, ['checkout-egress', 'default-deny', 'shop-outbound']);
    const undo = applyPolicy(lab, name, {
      podSelector: oneOf(random, [{ matchLabels: { app: 'checkout' } }, {}]),
      policyTypes: ['Egress'],
      egress: [...thoughtOf, ...rules],
    });
    const [pod] = lab.podsOf('checkout.shop');
    await lab.until('a policy in force', async () => !(await connects(lab, pod?.netns ?? '', far)));
    return {
      said: `${name} lets the pods out to payments, to DNS (${clusterDns}) and to ${what}`,
      names: [name],
      undo,
    };
  },
};
