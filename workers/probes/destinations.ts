import { isIP } from 'node:net';
import type { ProbeTarget } from '../../core/probe-task.ts';
import { nameOf, type Target } from '../../core/target.ts';
import { Cannot } from '../../prober/cannot.ts';
import { checkPort, parseHost } from '../../prober/guard.ts';
import type { EndpointSlice, Service } from '../cluster-objects.ts';
import { CannotLook, canList, type ClusterReader, type Need } from '../ports.ts';

export const destinationNeeds: readonly Need[] = canList(
  { group: '', resource: 'services' },
  { group: '', resource: 'pods' },
  { group: 'discovery.k8s.io', resource: 'endpointslices' },
);

/** A far end: a Service of the cluster, or a host outside. */
export type Destination =
  | { readonly kind: 'service'; readonly service: Service; readonly port: number }
  | { readonly kind: 'host'; readonly host: string; readonly port: number };

/** An address behind a Service. */
export interface Backend {
  readonly address: string;
  /** The port its pod listens on. */
  readonly port: number;
  readonly node?: string;
  readonly pod?: string;
}

/**
 * What `to` stands for, if it belongs to the investigation: its own Service, or the far end that a person named. Throws
 * CannotLook, in a sentence, for everything else.
 */
export async function findDestination(
  to: string,
  target: Target,
  cluster: ClusterReader,
  signal: AbortSignal,
): Promise<Destination> {
  const { host, port } = split(to);
  const literal = sane(() => {
    if (port !== undefined) checkPort(port);
    return parseHost(host);
  });
  const service = 'name' in literal ? await findService(literal.name, target, cluster, signal) : undefined;
  if (!belongs(host, service, target))
    throw rejected(
      `${host} is no part of this investigation: only ${nameOf(target)} and the far end that was named are probed`,
    );
  if (/^kubernetes\.default(\.|$)/i.test(host) || isApiServer(service))
    throw rejected('that is the API server: netcheck does not probe it');
  if (service !== undefined) {
    return { kind: 'service', service, port: port ?? firstPort(service) };
  }
  if ('name' in literal && !literal.name.replace(/\.$/, '').includes('.'))
    throw rejected(`there is no Service ${host} in namespace ${target.namespace}`);
  if (port === undefined)
    throw rejected(`at which port of ${host} is not known: ask again with "to ${host}:<port>"`);
  // Absolute, or each place would look it up along a search path of its own.
  const absolute = 'name' in literal ? `${literal.name.replace(/\.$/, '')}.` : literal.address;
  return { kind: 'host', host: absolute, port };
}

/** `host`, `host:port`, an IPv6 address as it is or as `[address]:port`. */
function split(to: string): { readonly host: string; readonly port?: number } {
  if (isIP(to) !== 0) return { host: to };
  const [, host = '', given] = /^(.*?)(?::(\d{1,6}))?$/s.exec(to) ?? [];
  const bare = host.replace(/^\[(.*)\]$/s, '$1');
  return given === undefined ? { host: bare } : { host: bare, port: Number(given) };
}

function isApiServer(service: Service | undefined): boolean {
  return service?.metadata.namespace === 'default' && service.metadata.name === 'kubernetes';
}

/** What a connect to it is made to. A headless Service is all of its backends. */
export async function targetsOf(
  destination: Destination,
  cluster: ClusterReader,
  signal: AbortSignal,
): Promise<readonly ProbeTarget[]> {
  if (destination.kind === 'host') return [{ host: destination.host, port: destination.port }];
  const { service, port } = destination;
  const { clusterIP = 'None' } = service.spec;
  if (clusterIP !== 'None' && clusterIP !== '') return [{ host: clusterIP, port }];
  const backends = await backendsOf(service, port, cluster, signal);
  return backends.map(({ address, port: own }) => ({ host: address, port: own }));
}

/** The ready endpoints behind a port of a Service, in the order of their addresses. */
export async function backendsOf(
  service: Service,
  port: number,
  cluster: ClusterReader,
  signal: AbortSignal,
): Promise<readonly Backend[]> {
  const { namespace, name } = service.metadata;
  const slices = await cluster.list(
    'endpointslices',
    { namespace, labelSelector: `kubernetes.io/service-name=${name}` },
    signal,
  );
  const wanted = service.spec.ports.find((one) => one.port === port);
  const found = slices.flatMap((slice) => backendsIn(slice, wanted?.name, service, port));
  if (found.length === 0)
    throw new CannotLook({ reason: 'not-found', detail: `${name} has no ready endpoint to probe` });
  return found.sort((a, b) => (a.address < b.address ? -1 : 1));
}

/** One on each node, of many nodes the first ones. Those whose node nobody knows are left out. */
export function oneOnEachNode(
  backends: readonly Backend[],
  most: number,
): readonly (Backend & { readonly node: string })[] {
  const byNode = new Map<string, Backend & { readonly node: string }>();
  for (const one of backends) {
    const { node } = one;
    if (node !== undefined && !byNode.has(node)) byNode.set(node, { ...one, node });
  }
  return [...byNode.values()].slice(0, most);
}

function backendsIn(
  { endpoints, ports }: EndpointSlice,
  name: string | undefined,
  service: Service,
  port: number,
): Backend[] {
  const numbered = (ports ?? []).find((one) => (one.name ?? '') === (name ?? ''))?.port;
  const declared = service.spec.ports.find((one) => one.port === port)?.targetPort;
  const own = numbered ?? (typeof declared === 'number' ? declared : port);
  return (endpoints ?? [])
    .filter(({ conditions }) => conditions.ready !== false)
    .flatMap(({ addresses, nodeName, targetRef }) =>
      addresses.slice(0, 1).map((address) => ({
        address,
        port: own,
        ...(nodeName && { node: nodeName }),
        ...(targetRef?.name && { pod: targetRef.name }),
      })),
    );
}

/** The Service that a name stands for: `payments`, `payments.shop`, `payments.shop.svc.cluster.local`. */
async function findService(
  name: string,
  target: Target,
  cluster: ClusterReader,
  signal: AbortSignal,
): Promise<Service | undefined> {
  const [service = '', namespace = target.namespace, svc, ...domain] = name.replace(/\.$/, '').split('.');
  if ((svc !== undefined && svc !== 'svc') || (domain.length > 0 && domain.join('.') !== 'cluster.local'))
    return undefined;
  const services = await cluster.list('services', { namespace }, signal);
  return services.find(({ metadata }) => metadata.name === service);
}

function belongs(host: string, service: Service | undefined, target: Target): boolean {
  const named = target.destination === undefined ? undefined : split(target.destination).host;
  if (named?.toLowerCase() === host.toLowerCase()) return true;
  if (target.pods.some(({ ip }) => ip === host)) return true;
  const { metadata } = service ?? {};
  return metadata?.name === target.service && metadata.namespace === target.namespace;
}

function firstPort({ metadata, spec }: Service): number {
  const first = spec.ports.find(({ protocol }) => protocol === 'TCP') ?? spec.ports[0];
  if (first === undefined) throw rejected(`the Service ${metadata.name} has no port`);
  return first.port;
}

/** The prober's own checks, as the worker says no. */
function sane<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof Cannot) throw rejected(error.message);
    throw error;
  }
}

function rejected(detail: string): CannotLook {
  return new CannotLook({ reason: 'rejected', detail });
}
