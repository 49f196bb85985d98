import { beforeAll, expect, test } from '@jest/globals';
import { testCauses } from '../cli/playbooks/test-causes.ts';
import { commandsOf } from '../core/remediation/commands.ts';
import type { Proposal } from '../core/remediation/proposal.ts';
import { propose } from '../core/remediation/propose.ts';
import { shippedLibraryWithCases } from './support/playbooks.ts';

/** By cause, all that is proposed in one of its cases or another: its place, the remediation, and its values. */
const expected: Readonly<Record<string, readonly string[]>> = {
  'certificate-expired': ['1 manual'],
  'conntrack-table-full': ['1 manual'],
  'coredns-overload': [
    '1 cpu-limit kube-system/Deployment/coredns coredns none',
    '2 scale kube-system/Deployment/coredns 4',
  ],
  'cpu-throttling': [
    '1 cpu-limit Deployment/checkout app 1000m',
    '2 cpu-limit Deployment/checkout app none',
    '3 manual',
  ],
  'cross-zone-latency': ['1 manual'],
  'dns-datagrams-lost': [
    '1 allow-dns Deployment/checkout',
    '2 pod-dns-option Deployment/checkout single-request-reopen',
    '3 pod-dns-option Deployment/checkout use-vc',
    'trial pod-dns-option Deployment/checkout single-request-reopen',
  ],
  'dns-replica-dead': ['1 manual'],
  'dns-upstream-slow': ['1 manual'],
  'egress-policy': ['1 manual'],
  'far-end-closes': ['1 manual'],
  'idle-timeout': ['1 manual'],
  'ingress-policy': ['1 manual'],
  'listen-backlog-overflow': ['1 scale Deployment/checkout 2', '1 scale Deployment/payments 4'],
  'load-balancer-chatter': ['1 manual'],
  'mesh-sidecar-early-close': [
    '1 pod-annotation Deployment/checkout config.linkerd.io/proxy-outbound-connect-timeout 5000ms',
    '2 pod-annotation Deployment/checkout config.linkerd.io/skip-outbound-ports 443',
    'trial pod-annotation Deployment/checkout linkerd.io/inject disabled',
  ],
  'mtu-black-hole': ['1 manual'],
  'network-congestion': ['1 cordon a', '2 manual'],
  'no-ready-endpoints': ['1 service-selector app=checkout-v2', '2 scale Deployment/checkout 1', '3 manual'],
  'overlay-degraded': ['1 cordon b', '1 cordon h', '2 drain b', '2 drain h'],
  'remote-down': ['1 manual'],
  'rollout-without-drain': ['1 graceful-shutdown Deployment/checkout 10 40'],
  'silent-endpoint': ['1 manual'],
  'snat-egress-race': [
    '1 cni-setting AWS_VPC_K8S_CNI_RANDOMIZESNAT prng',
    '2 cni-setting AWS_VPC_K8S_CNI_EXTERNALSNAT true',
    '3 manual',
  ],
  'snat-port-exhaustion': ['1 manual'],
  'snat-port-race': [
    '1 cni-setting AWS_VPC_K8S_CNI_RANDOMIZESNAT prng',
    '2 cni-setting AWS_VPC_K8S_CNI_EXTERNALSNAT true',
    '3 manual',
  ],
  'softirq-saturation': ['1 cordon e', '2 manual'],
  'source-port-filter': [
    '1 manual',
    '2 nat-port-range 32768:65535',
    '2 nat-port-range 41177:65000',
    '3 cni-setting AWS_VPC_K8S_CNI_RANDOMIZESNAT none',
  ],
  'stale-service-rules': ['1 restart-daemonset-pod kube-system/DaemonSet/kube-proxy b', '2 cordon b'],
  'syn-loss': ['1 cordon a', '1 cordon b', '2 drain a', '2 drain b', '3 manual'],
  'underlay-degraded': ['1 cordon b', '2 drain b'],
  'unserved-node-port': ['1 restart-daemonset-pod kube-system/DaemonSet/kube-proxy c', '2 manual'],
  'wrong-target-port': ['1 service-target-port 8080'],
};

const { causes } = shippedLibraryWithCases();
const proposals = new Map<string, readonly Proposal[]>();

beforeAll(async () => {
  const files = [...causes.values()].map((cause) => ({ file: `${cause.id}.md`, cause, missing: [] }));
  for (const { cause, cases } of await testCauses(files))
    proposals.set(
      cause.id,
      cases.flatMap((one) => propose({ id: 'i', target: one.tested.target }, cause, one.decision, one)),
    );
}, 120_000);

function sayProposal({ id, cause, remediation, params }: Proposal): string {
  const place = id.slice(`i-${cause}-`.length) || '1';
  return [place, remediation, ...(remediation === 'manual' ? [] : Object.values(params))].join(' ');
}

test.each([...causes.keys()])('%s proposes what its cases have the values for', (cause) => {
  expect([...new Set(proposals.get(cause)?.map(sayProposal))].sort()).toEqual(expected[cause] ?? []);
});

test.each([...causes.keys()])('%s leaves no hole open in what it proposes', (cause) => {
  const said = (proposals.get(cause) ?? []).map(({ summary, risk, workedIf, params, trial }) =>
    JSON.stringify([summary, risk, workedIf, params, trial]),
  );
  expect(said.filter((text) => text.includes('(unknown)'))).toEqual([]);
});

test('whatever is proposed can be done by hand', () => {
  const without = [...proposals.values()].flat().filter((one) => commandsOf(one).length === 0);
  expect(without).toEqual([]);
});
