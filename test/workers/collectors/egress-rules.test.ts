import { expect, test } from '@jest/globals';
import { NetworkPolicy } from '../../../workers/cluster-objects.ts';
import { egressAdmits } from '../../../workers/collectors/egress-rules.ts';
import type { Answer } from '../../../workers/collectors/policy-answers.ts';

const [far, named, inside] = ['203.0.113.7:443', 'api.example.com:443', 'payments.shop.svc:443'];
const block = (cidr: string, ...except: string[]): object => ({ to: [{ ipBlock: { cidr, except } }] });
const cartOnly = { to: [{ podSelector: { matchLabels: { app: 'cart' } } }] };
const dnsOnly = { to: [{ namespaceSelector: {} }], ports: [{ protocol: 'UDP', port: 53 }] };
/** Egress rules, and whether they let TCP to a far end through. */
const rows: readonly (readonly [string, string, readonly object[], Answer])[] = [
  ['no rule', far, [], 'no'],
  ['the rule that admits everything', far, [{}], 'yes'],
  ['that rule beside others, and a name', named, [dnsOnly, cartOnly, {}], 'yes'],
  ['that rule, and a Service', inside, [{}], 'yes'],
  ['names only', named, [dnsOnly], 'no'],
  ['pods, and an address that is none', far, [cartOnly], 'no'],
  ['pods, and an address that may be one', '10.1.2.3:443', [cartOnly], 'unclear'],
  ['pods, and a name outside the cluster', named, [cartOnly], 'no'],
  ['pods, and a Service that may be theirs', inside, [cartOnly], 'unclear'],
  ['a block around the address', far, [block('203.0.113.0/24')], 'yes'],
  ['a block that leaves the address out', far, [block('203.0.113.0/24', '203.0.113.0/28')], 'no'],
  ['a block elsewhere', far, [block('198.51.100.0/24')], 'no'],
  ['a block around an IPv6 address', '[2001:db8::7]:443', [block('2001:db8::/32')], 'yes'],
  ['a block of the other family', '[2001:db8::7]:443', [block('0.0.0.0/0')], 'no'],
  ['a block, and a name whose addresses nobody looked up', named, [block('203.0.113.0/24')], 'unclear'],
  ['the port', far, [{ ports: [{ port: 443 }] }], 'yes'],
  ['another port', far, [{ ports: [{ port: 80 }] }], 'no'],
  ['the port of UDP', far, [{ ports: [{ port: 443, protocol: 'UDP' }] }], 'no'],
  ['any port of TCP', far, [{ ports: [{ protocol: 'TCP' }] }], 'yes'],
  ['ports around it', far, [{ ports: [{ port: 400, endPort: 500 }] }], 'yes'],
  ['ports below it', far, [{ ports: [{ port: 400, endPort: 442 }] }], 'no'],
  ['a port by its name', far, [{ ports: [{ port: 'https' }] }], 'unclear'],
  ['the port, and a Service whose pods may have another', inside, [{ ports: [{ port: 8443 }] }], 'unclear'],
  ['the block, but another port', far, [{ ...block('203.0.113.0/24'), ports: [{ port: 80 }] }], 'no'],
  ['a peer of a kind that nobody knows', far, [{ to: [{ fqdn: 'api.example.com' }] }], 'unclear'],
  ['a field that nobody knows', far, [{ ports: [{ port: 443 }], unless: {} }], 'unclear'],
  ['nobody said where to', '', [{}], 'unclear'],
];

test.each(rows)('%s: TCP to %s', (_, to, egress, answer) => {
  const policy = NetworkPolicy.parse({
    metadata: { name: 'one' },
    spec: { podSelector: {}, policyTypes: ['Egress'], egress },
  });
  expect(egressAdmits(policy, to)).toBe(answer);
});
