import type { ProbeTarget } from '../../../core/probe-task.ts';
import { canList } from '../../ports.ts';
import { addressOf } from '../addresses.ts';
import { backendsOf, destinationNeeds, findDestination, type Destination } from '../destinations.ts';
import type { Asked, ProbeMaker } from '../draft.ts';
import { connectTimeout } from './tcp.ts';

/** From the pod behind the Service outwards: the first rung that fails names the layer. */
export const ladder: ProbeMaker = {
  id: 'ladder',
  needs: [...destinationNeeds, ...canList({ group: '', resource: 'nodes' })],
  async draft(asked) {
    const { params, target, cluster, signal } = asked;
    const destination = await findDestination(params['to'] ?? '', target, cluster, signal);
    return {
      kind: 'ladder',
      targets: await rungs(destination, asked),
      timeout: connectTimeout,
    };
  },
};

async function rungs(destination: Destination, asked: Asked): Promise<readonly ProbeTarget[]> {
  if (destination.kind === 'host')
    return [{ host: destination.host, port: destination.port, labels: { rung: 'name' } }];
  const { cluster, signal, place } = asked;
  const { service, port } = destination;
  const { name, namespace } = service.metadata;
  const [pod] = await backendsOf(service, port, cluster, signal);
  const { clusterIP } = service.spec;
  const nodePort = service.spec.ports.find((one) => one.port === port)?.nodePort;
  const nodes = nodePort === undefined ? [] : await cluster.list('nodes', {}, signal);
  const own = 'node' in place ? place.node : undefined;
  const here = nodes.find(({ metadata }) => metadata.name === own);
  const elsewhere = nodes.find(({ metadata }) => metadata.name !== own);
  const [balancer] = service.status.loadBalancer.ingress;
  const climb: readonly [rung: string, host: string | undefined, port: number | undefined][] = [
    ['pod', pod?.address, pod?.port],
    ['cluster-ip', clusterIP === 'None' ? undefined : clusterIP, port],
    ['node-port-here', here && addressOf(here), nodePort],
    ['node-port-elsewhere', elsewhere && addressOf(elsewhere), nodePort],
    ['load-balancer', balancer?.ip ?? balancer?.hostname, port],
    ['name', `${name}.${namespace}.svc`, port],
  ];
  return climb.flatMap(([rung, host, at]) =>
    host === undefined || at === undefined ? [] : [{ host, port: at, labels: { rung } }],
  );
}
