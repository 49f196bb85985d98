import { planAdmission, podsIn, policyNeeds } from './policy.ts';
import type { RemediationWork } from './remediation.ts';
import { workloadRef } from './workload.ts';

/** CoreDNS as kubeadm and the managed clusters install it: the label is that of kube-dns, its forerunner. */
const dns = podsIn('kube-system', { 'k8s-app': 'kube-dns' });

export const allowDns: RemediationWork<'allow-dns'> = {
  needs: policyNeeds,

  plan: ({ params: { workload }, namespace }, objects) =>
    planAdmission(objects, workloadRef(workload, namespace), {
      policy: `netcheck-allow-dns-${workload.name}`,
      direction: 'Egress',
      rule: {
        to: [dns],
        ports: [
          { protocol: 'UDP', port: 53 },
          { protocol: 'TCP', port: 53 },
        ],
      },
      what: 'DNS queries to kube-dns in kube-system',
    }),
};
