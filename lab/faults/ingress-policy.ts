import type { Fault } from './fault.ts';
import { oneOf } from './support/draw.ts';
import { applyPolicy, connects } from './support/network-policy.ts';

interface Admitted {
  readonly who: string;
  readonly ingress: readonly object[];
}

/** Whom it lets in, at which port: never checkout at the port that payments listens on. */
const admitted: readonly [Admitted, ...Admitted[]] = [
  { who: 'nobody', ingress: [] },
  { who: 'cart', ingress: [{ from: [{ podSelector: { matchLabels: { app: 'cart' } } }] }] },
  {
    who: 'checkout at the port of the Service',
    ingress: [{ from: [{ podSelector: { matchLabels: { app: 'checkout' } } }], ports: [{ port: 80 }] }],
  },
  {
    who: 'pods of the ingress',
    ingress: [
      { from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress-nginx' } } }] },
    ],
  },
];

export const ingressPolicy: Fault = {
  id: 'ingress-policy',
  title: 'A NetworkPolicy of the pods behind a Service does not let their caller in',
  ask: 'checkout.shop to payments.shop.svc.cluster.local:80 outbound-timeouts',
  causes: ['ingress-policy'],
  async inject(lab, random) {
    const { who, ingress } = oneOf(random, admitted);
    const name = oneOf(random, ['payments-ingress', 'payments-allow', 'zero-trust']);
    const undo = applyPolicy(lab, name, {
      podSelector: { matchLabels: { app: 'payments' } },
      policyTypes: ['Ingress'],
      ingress,
    });
    const [caller] = lab.podsOf('checkout.shop');
    const [callee] = lab.podsOf('payments.shop');
    const to = { host: callee?.ip ?? '', port: 8080 };
    await lab.until('a policy in force', async () => !(await connects(lab, caller?.netns ?? '', to)));
    return { said: `${name} lets in ${who}`, names: [name], undo };
  },
};
