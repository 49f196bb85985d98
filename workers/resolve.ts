import type { Subject } from '../core/request.ts';
import { podsGap, type Candidate, type Target } from '../core/target.ts';
import { nearest } from '../core/text.ts';
import { isReady, type Pod, type Service } from './cluster-objects.ts';
import { CannotLook, type ClusterReader } from './ports.ts';
import { podsOf } from './service-pods.ts';

export type Resolved =
  | { readonly kind: 'target'; readonly target: Target }
  | { readonly kind: 'which'; readonly candidates: readonly Candidate[] }
  | { readonly kind: 'not-found'; readonly nearest: readonly Candidate[] };

/** Buttons in a message: more than this nobody reads. */
const maxCandidates = 20;

/**
 * Finds what a name stands for. What of the target cannot be listed is left out and said in `gaps`; without any Service
 * list a full name (`checkout.shop`) is taken at its word, so that metrics can still be looked at.
 */
export async function resolve(
  subject: Subject,
  cluster: ClusterReader,
  signal: AbortSignal,
): Promise<Resolved> {
  const namespace = subject.kind === 'named' ? subject.namespace : undefined;
  let services: readonly Service[];
  try {
    services = await cluster.list('services', namespace === undefined ? {} : { namespace }, signal);
  } catch (error) {
    if (!(error instanceof CannotLook) || subject.kind !== 'named' || namespace === undefined) throw error;
    return { kind: 'target', target: takenAtItsWord(namespace, subject.service, error) };
  }
  const found = foundFor(subject, services);
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) {
    return { kind: 'target', target: await describe(only, cluster, signal) };
  }
  if (only !== undefined)
    return { kind: 'which', candidates: found.slice(0, maxCandidates).map(candidateOf) };
  if (subject.kind !== 'named') return { kind: 'not-found', nearest: [] };
  const known = namespace === undefined ? services : await everywhereOr(services, cluster, signal);
  return { kind: 'not-found', nearest: near(known, subject.service) };
}

function foundFor(subject: Subject, services: readonly Service[]): readonly Service[] {
  switch (subject.kind) {
    case 'named':
      return named(services, subject.service);
    case 'mentioned':
      return mentioned(services, subject.texts);
    case 'candidates':
      return services.filter(({ metadata }) =>
        subject.candidates.some(
          ({ service, namespace = metadata.namespace }) =>
            service === metadata.name && namespace === metadata.namespace,
        ),
      );
  }
}

/** The name may be right and its namespace wrong; where only this namespace may be seen, that is all there is. */
async function everywhereOr(
  services: readonly Service[],
  cluster: ClusterReader,
  signal: AbortSignal,
): Promise<readonly Service[]> {
  try {
    return await cluster.list('services', {}, signal);
  } catch (error) {
    if (error instanceof CannotLook) return services;
    throw error;
  }
}

function named(services: readonly Service[], name: string): Service[] {
  return services.filter(({ metadata }) => metadata.name === name);
}

/**
 * Services whose name stands as a word in what people wrote, those of the first text that names any. Where one name
 * holds another (`checkout` in `checkout-db`) only the longer was meant.
 */
function mentioned(services: readonly Service[], texts: readonly string[]): Service[] {
  for (const text of texts) {
    const words = text.toLowerCase();
    const present = services.filter(({ metadata }) => containsName(words, metadata.name));
    const longest = present.filter(
      ({ metadata }) =>
        !present.some(
          (other) =>
            other.metadata.name !== metadata.name && covers(words, other.metadata.name, metadata.name),
        ),
    );
    const exact = longest.filter(({ metadata }) =>
      containsName(words, `${metadata.name}.${metadata.namespace}`),
    );
    if (longest.length > 0) return exact.length > 0 ? exact : longest;
  }
  return [];
}

function containsName(words: string, name: string): boolean {
  return new RegExp(`(^|[^a-z0-9])${name.replaceAll('.', '\\.')}($|[^a-z0-9])`).test(words);
}

/** Every mention of `shorter` is part of a mention of `longer`. */
function covers(words: string, longer: string, shorter: string): boolean {
  return longer.includes(shorter) && !containsName(words.replaceAll(longer, ''), shorter);
}

function near(services: readonly Service[], name: string): Candidate[] {
  const names = nearest(
    name,
    services.map(({ metadata }) => metadata.name),
    5,
  );
  return names.flatMap((one) => named(services, one).map(candidateOf)).slice(0, 5);
}

function candidateOf({ metadata }: Service): Candidate {
  return { namespace: metadata.namespace, service: metadata.name };
}

async function describe(service: Service, cluster: ClusterReader, signal: AbortSignal): Promise<Target> {
  const base = { ...candidateOf(service), type: service.spec.type, pods: [], nodes: [], gaps: [] };
  try {
    const pods = await podsOf(service, cluster, signal);
    return { ...base, ...summarise(pods, service) };
  } catch (error) {
    if (!(error instanceof CannotLook)) throw error;
    return { ...base, gaps: [podsGap(error.why.detail)] };
  }
}

function summarise(
  pods: readonly Pod[],
  service: Service,
): Pick<Target, 'pods' | 'nodes' | 'workload' | 'mesh'> {
  const names = new Set(
    pods.flatMap(({ spec }) => [...spec.containers, ...spec.initContainers].map(({ name }) => name)),
  );
  const mesh = names.has('linkerd-proxy') ? 'linkerd' : names.has('istio-proxy') ? 'istio' : undefined;
  const owner = pods[0]?.metadata.ownerReferences[0];
  // A ReplicaSet is named after its Deployment and a hash of the template.
  const workload =
    owner === undefined
      ? undefined
      : owner.kind === 'ReplicaSet'
        ? `Deployment/${owner.name.replace(/-[a-z0-9]+$/, '')}`
        : `${owner.kind}/${owner.name}`;
  return {
    pods: pods
      .map((pod) => ({
        name: pod.metadata.name,
        // One that is on its way out may be ready still, and gone before anything is asked of it.
        ready: isReady(pod) && pod.metadata.deletionTimestamp === undefined,
        ...(pod.status.podIP !== undefined && { ip: pod.status.podIP }),
        ...(pod.spec.nodeName !== undefined && { node: pod.spec.nodeName }),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    nodes: [...new Set(pods.flatMap(({ spec }) => spec.nodeName ?? []))].sort(),
    workload: workload ?? `Service/${service.metadata.name}`,
    ...(mesh !== undefined && { mesh }),
  };
}

function takenAtItsWord(namespace: string, service: string, error: CannotLook): Target {
  return { namespace, service, pods: [], nodes: [], gaps: [podsGap(error.why.detail)] };
}
