import { planEdit, type Edited } from './edit.ts';
import type { RemediationWork } from './remediation.ts';
import { nameOf, Service, serviceNeeds, targetService } from './service.ts';

export const serviceTrafficPolicy: RemediationWork<'service-traffic-policy'> = {
  needs: serviceNeeds,

  plan: (asked, objects) =>
    planEdit(objects, targetService(asked), Service, (service) => edit(service, asked.params.policy)),
};

function edit(service: Service, policy: 'Cluster' | 'Local'): Edited<Service> {
  const { type = 'ClusterIP', externalTrafficPolicy } = service.spec;
  if (type !== 'NodePort' && type !== 'LoadBalancer')
    return {
      impossible: `${nameOf(service)} is of type ${type}: nothing from outside comes to it by the nodes`,
    };
  if (externalTrafficPolicy === policy)
    return { done: `${nameOf(service)} has externalTrafficPolicy ${policy} already` };
  const { healthCheckNodePort, ...spec } = service.spec;
  return {
    to: {
      ...service,
      spec: {
        ...spec,
        externalTrafficPolicy: policy,
        // The API server takes it away with `Local`: so that undoing gives the same port back.
        ...(policy === 'Local' && healthCheckNodePort !== undefined && { healthCheckNodePort }),
      },
    },
    effects: effectsOf(nameOf(service), policy),
  };
}

function effectsOf(name: string, policy: 'Cluster' | 'Local'): readonly string[] {
  return policy === 'Cluster'
    ? [
        `every node takes traffic of ${name} from outside and may pass it on to another`,
        `the pods of ${name} see the address of a node in place of the client's`,
      ]
    : [
        `a node without a ready pod of ${name} drops its traffic from outside`,
        `the pods of ${name} see the client's own address`,
      ];
}
