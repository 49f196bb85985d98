import type { Container, Pod } from '../../sim/cluster/objects/kinds.ts';
import type { redirectToProxy } from '../net/faults/redirect-to-proxy.ts';

type Redirect = Parameters<typeof redirectToProxy>[2];

const injectAnnotation = 'linkerd.io/inject';
const skipAnnotation = 'config.linkerd.io/skip-outbound-ports';
/** linkerd-proxy's own, where the container does not say otherwise. */
const usual = { uid: 2102, port: 4140 };

/**
 * What linkerd-init sets up in a pod with a container `linkerd-proxy`: ports that go to the sidecar, unless the pod's
 * annotation lets them pass. The lab's sidecar knows where its UPSTREAMS are and nothing else, so only their ports go
 * there, each to a port of its own.
 */
export function redirectsFor({ metadata, spec }: Pod): readonly Redirect[] {
  const sidecar = [...spec.containers, ...(spec.initContainers ?? [])].find(
    ({ name }) => name === 'linkerd-proxy',
  );
  // The injector would have left the container out of the pod.
  if (sidecar === undefined || metadata.annotations?.[injectAnnotation] === 'disabled') return [];
  const first = Number(valueOf(sidecar, 'PORT') ?? usual.port);
  const exceptUid = sidecar.securityContext?.runAsUser ?? usual.uid;
  const isSkipped = skipped(metadata.annotations?.[skipAnnotation] ?? '');
  return (valueOf(sidecar, 'UPSTREAMS') ?? '')
    .split(',')
    .map((upstream, index) => ({ port: Number(upstream.split(':')[1]), proxyPort: first + index }))
    .filter(({ port }) => port > 0 && !isSkipped(port))
    .map(({ port, proxyPort }) => ({ ports: [port], proxyPort, exceptUid }));
}

/** `443,8000-8999`, as the annotation has it. */
function skipped(annotation: string): (port: number) => boolean {
  const ranges = annotation.split(',').map((range) => range.split('-').map(Number));
  return (port) => ranges.some(([low = NaN, high = low]) => port >= low && port <= high);
}

function valueOf({ env = [] }: Container, wanted: string): string | undefined {
  return env.find(({ name }) => name === wanted)?.value;
}
