import { expect, test } from '@jest/globals';
import { NetworkPolicy, Pod } from '../../../workers/cluster-objects.ts';
import { ingressAdmits } from '../../../workers/collectors/ingress-rules.ts';
import type { Answer } from '../../../workers/collectors/policy-answers.ts';

const pod = (name: string, namespace: string, podIP: string): Pod =>
  Pod.parse({
    metadata: { name, namespace, labels: { app: name, tier: 'web' } },
    spec: { containers: [{ name: 'app', ports: [{ name: 'http', containerPort: 8080 }] }] },
    status: { podIP },
  });
const called = pod('payments', 'shop', '10.244.2.8');
const near = pod('checkout', 'shop', '10.244.1.7');
const far = pod('checkout', 'web', '10.244.1.9');

const from = (peer: object, more: object = {}): object => ({ from: [peer], ...more });
const checkout = { podSelector: { matchLabels: { app: 'checkout' } } };
const named = (name: string): object => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
});

/** Ingress rules of a policy of `shop`, and whether they let a pod in at port 8080. */
const rows: readonly (readonly [string, Pod, readonly object[], Answer])[] = [
  ['no rule', near, [], 'no'],
  ['the rule that admits everybody', far, [{}], 'yes'],
  ['that rule beside others', near, [from({ podSelector: { matchLabels: { app: 'cart' } } }), {}], 'yes'],
  ['its labels', near, [from(checkout)], 'yes'],
  ['its labels, in another namespace', far, [from(checkout)], 'no'],
  ['the labels of others', near, [from({ podSelector: { matchLabels: { app: 'cart' } } })], 'no'],
  [
    'one of its labels and one of others',
    near,
    [from({ podSelector: { matchLabels: { app: 'checkout', tier: 'db' } } })],
    'no',
  ],
  ['every pod of the namespace', near, [from({ podSelector: {} })], 'yes'],
  ['every namespace', far, [from({ namespaceSelector: {} })], 'yes'],
  ['its namespace by name', far, [from(named('web'))], 'yes'],
  ['another namespace by name', far, [from(named('db'))], 'no'],
  [
    'a namespace by labels that nobody read',
    far,
    [from({ namespaceSelector: { matchLabels: { team: 'a' } } })],
    'unclear',
  ],
  [
    'such a namespace, and the labels of others',
    far,
    [
      from({
        namespaceSelector: { matchLabels: { team: 'a' } },
        podSelector: { matchLabels: { app: 'cart' } },
      }),
    ],
    'no',
  ],
  ['its namespace and its labels', far, [from({ ...named('web'), ...checkout })], 'yes'],
  [
    'an expression',
    near,
    [from({ podSelector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] } })],
    'unclear',
  ],
  [
    'an expression beside the labels of others',
    near,
    [from({ podSelector: { matchLabels: { app: 'cart' }, matchExpressions: [{}] } })],
    'no',
  ],
  ['a block around its address', near, [from({ ipBlock: { cidr: '10.244.0.0/16' } })], 'unclear'],
  [
    'a block that leaves it out',
    near,
    [from({ ipBlock: { cidr: '10.244.0.0/16', except: ['10.244.1.0/24'] } })],
    'no',
  ],
  ['a block elsewhere', near, [from({ ipBlock: { cidr: '203.0.113.0/24' } })], 'no'],
  ['the port of the pod', near, [{ ports: [{ port: 8080 }] }], 'yes'],
  ['the port of the Service', near, [{ ports: [{ port: 80 }] }], 'no'],
  ['ports around it', near, [{ ports: [{ port: 8000, endPort: 8100 }] }], 'yes'],
  ['the port by its name', near, [{ ports: [{ port: 'http' }] }], 'yes'],
  ['another port by its name', near, [{ ports: [{ port: 'metrics' }] }], 'no'],
  ['the port of UDP', near, [{ ports: [{ port: 8080, protocol: 'UDP' }] }], 'no'],
  ['any port of TCP', near, [{ ports: [{ protocol: 'TCP' }] }], 'yes'],
  ['its labels at another port', near, [from(checkout, { ports: [{ port: 80 }] })], 'no'],
  ['a peer of a kind that nobody knows', near, [from({ serviceAccount: 'checkout' })], 'unclear'],
  ['a field that nobody knows', near, [from(checkout, { unless: {} })], 'unclear'],
  ['a port with a field that nobody knows', near, [{ ports: [{ port: 8080, unless: 1 }] }], 'unclear'],
];

test.each(rows)('%s', (_, caller, ingress, answer) => {
  const policy = NetworkPolicy.parse({
    metadata: { name: 'one', namespace: 'shop' },
    spec: { podSelector: {}, policyTypes: ['Ingress'], ingress },
  });
  expect(ingressAdmits(policy, { caller, called, port: 8080 })).toBe(answer);
});
