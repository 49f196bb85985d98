import { isReady, selects, type Container, type Pod } from '../../cluster-objects.ts';
import { canList, CannotLook, type ClusterLookup } from '../../ports.ts';
import { findService } from '../../service-pods.ts';

export const targetPort: ClusterLookup = {
  id: 'target_port',
  needs: canList({ group: '', resource: 'services' }, { group: '', resource: 'pods' }),

  async look({ namespace, service: name }, cluster, { signal }) {
    const service = await findService(namespace, name, cluster, signal);
    const [port] = service.spec.ports;
    if (port === undefined)
      throw new CannotLook({ reason: 'not-found', detail: `Service ${name} has no port` });
    const target = port.targetPort ?? port.port;

    const pods = await cluster.list('pods', { namespace }, signal);
    const ready = pods.filter((pod) => selects(service.spec.selector, pod.metadata.labels) && isReady(pod));
    const perPod = ready.map(declaredPorts);
    const declared = [...new Set(perPod.flatMap((ports) => ports.map(({ containerPort }) => containerPort)))];
    const everywhere = declared.filter((one) =>
      perPod.every((ports) => ports.some(({ containerPort }) => containerPort === one)),
    );
    const declaring = perPod.filter((ports) =>
      ports.some((one) => one.name === target || one.containerPort === target),
    );
    return {
      samples: ready.length,
      facts: {
        port: port.port,
        target_port: String(target),
        declared: declared.sort((a, b) => a - b).map(String),
        ready_pods: ready.length,
        declaring_pods: declaring.length,
        named: typeof target === 'string',
        suggested_port: everywhere.length === 1 ? String(everywhere[0]) : '',
      },
    };
  },
};

function declaredPorts(pod: Pod): Container['ports'] {
  return [...pod.spec.containers, ...pod.spec.initContainers].flatMap(({ ports }) => ports);
}
