import { isReady, selects, type Container, type Pod, type Service } from '../../cluster-objects.ts';
import { canList, CannotLook, type ClusterLookup } from '../../ports.ts';
import { findService } from '../../service-pods.ts';

export const targetPort: ClusterLookup = {
  id: 'target_port',
  needs: canList({ group: '', resource: 'services' }, { group: '', resource: 'pods' }),

  async look({ namespace, service: name }, cluster, { signal }) {
    const service = await findService(namespace, name, cluster, signal);
    const port = onlyPort(service);
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

/** Metrics do not say which port a request was for: of several none can be accused, and none cleared. */
function onlyPort({ metadata, spec }: Service): Service['spec']['ports'][number] {
  const [port, ...others] = spec.ports;
  const not = (detail: string): CannotLook => new CannotLook({ reason: 'not-found', detail });
  if (port === undefined) throw not(`Service ${metadata.name} has no port`);
  if (others.length > 0)
    throw not(`Service ${metadata.name} has ${spec.ports.length} ports, and metrics do not tell them apart`);
  if (Object.keys(spec.selector).length === 0)
    throw not(`Service ${metadata.name} has no selector, so its pods are not known`);
  return port;
}

function declaredPorts(pod: Pod): Container['ports'] {
  return [...pod.spec.containers, ...pod.spec.initContainers].flatMap(({ ports }) => ports);
}
