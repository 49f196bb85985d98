import { selectorText } from '../cluster-objects.ts';
import { planAdmission, podsIn, policyNeeds } from './policy.ts';
import type { RemediationWork } from './remediation.ts';
import { workloadRef } from './workload.ts';

export const allowIngress: RemediationWork<'allow-ingress'> = {
  needs: policyNeeds,

  plan: ({ params, namespace }, objects) => {
    const { workload, from_namespace: callers, from, port, protocol } = params;
    return planAdmission(objects, workloadRef(workload, namespace), {
      policy: `netcheck-allow-ingress-${workload.name}-from-${callers}`,
      direction: 'Ingress',
      rule: { from: [podsIn(callers, from)], ports: [{ protocol, port }] },
      what: `${protocol} to port ${port} from pods with ${selectorText(from)} in ${callers}`,
    });
  },
};
