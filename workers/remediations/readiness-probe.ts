import { isDeepStrictEqual } from 'node:util';
import type { RemediationParams } from '../../core/remediation/kinds.ts';
import type { Edited } from './edit.ts';
import type { RemediationWork } from './remediation.ts';
import { editsWorkload, nameOf, restartOf, withContainers, type Workload } from './workload.ts';

/** A pod gets traffic only while it accepts connections. */
export const readinessProbe: RemediationWork<'readiness-probe'> =
  editsWorkload<RemediationParams<'readiness-probe'>>(edit);

function edit(workload: Workload, { port }: { readonly port: number | string }): Edited<Workload> {
  const { containers } = workload.spec.template.spec;
  const serving = containers.find(({ ports = [] }) =>
    ports.some(({ name, containerPort }) => containerPort === port || name === port),
  );
  if (serving === undefined)
    return { impossible: `no container of ${nameOf(workload)} declares port ${port}` };
  const probe = probeOf(port);
  if (isDeepStrictEqual(serving.readinessProbe, probe))
    return { done: `container ${serving.name} of ${nameOf(workload)} has this readiness probe already` };
  if (serving.readinessProbe !== undefined)
    return {
      impossible: `container ${serving.name} of ${nameOf(workload)} has a readiness probe of its own`,
    };
  return {
    to: withContainers(workload, [serving.name], (one) => ({ ...one, readinessProbe: probe })),
    effects: [
      restartOf(workload),
      `a pod that does not accept connections on port ${port} gets no traffic; where none does, a rollout stops`,
    ],
  };
}

/** With all that the API server would fill in, so that undoing finds what it expects. */
function probeOf(port: number | string) {
  return {
    tcpSocket: { port },
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
  };
}
