import { addressAndPort } from '../../prober/guard.ts';
import type { ClusterReader } from '../ports.ts';

/**
 * Where the API server answers: its ClusterIP at any port, what stands behind it at its port. Throws CannotLook where
 * that cannot be read: then nothing is probed, for it could be just that.
 */
export async function apiServerAddresses(
  cluster: ClusterReader,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const [services, slices] = await Promise.all([
    cluster.list('services', { namespace: 'default' }, signal),
    cluster.list(
      'endpointslices',
      { namespace: 'default', labelSelector: 'kubernetes.io/service-name=kubernetes' },
      signal,
    ),
  ]);
  const own = services.find(({ metadata }) => metadata.name === 'kubernetes')?.spec.clusterIP;
  const behind = slices.flatMap(({ endpoints, ports }) =>
    (endpoints ?? []).flatMap(({ addresses }) =>
      addresses.flatMap((address) =>
        (ports ?? []).flatMap(({ port }) =>
          typeof port === 'number' ? [addressAndPort(address, port)] : [],
        ),
      ),
    ),
  );
  return [...(own === undefined || own === 'None' ? [] : [own]), ...behind];
}
