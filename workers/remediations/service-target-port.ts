import { planEdit, type Edited } from './edit.ts';
import type { RemediationWork } from './remediation.ts';
import { nameOf, Service, serviceNeeds, targetService } from './service.ts';

/** Of the Service's only port. */
export const serviceTargetPort: RemediationWork<'service-target-port'> = {
  needs: serviceNeeds,

  plan: (asked, objects) =>
    planEdit(objects, targetService(asked), Service, (service) => edit(service, asked.params.target_port)),
};

function edit(service: Service, targetPort: number | string): Edited<Service> {
  const [port, ...others] = service.spec.ports ?? [];
  if (port === undefined) return { impossible: `${nameOf(service)} has no port` };
  if (others.length > 0)
    return { impossible: `${nameOf(service)} has several ports; which one is not certain` };
  if ((port.targetPort ?? port.port) === targetPort)
    return { done: `${nameOf(service)} targets ${targetPort} already` };
  return {
    to: { ...service, spec: { ...service.spec, ports: [{ ...port, targetPort }] } },
    effects: [`connections to port ${port.port} of ${nameOf(service)} go to port ${targetPort} of its pods`],
  };
}
