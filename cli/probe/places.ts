import { nearest } from '../../core/text.ts';
import { createClusterReader, type loadKubeConfig } from '../../workers/adapters/kubernetes.ts';
import { CannotLook } from '../../workers/ports.ts';
import { inPod, sidecarUser, type Place } from '../../workers/probes/place.ts';
import type { Source } from './from.ts';

export type KubeConfig = ReturnType<typeof loadKubeConfig>;

/** Milliseconds that the API server has to name pods and nodes. */
const listMs = 10_000;

/** Where an arm runs, and what is odd about that. */
export interface Found {
  readonly place: Place;
  readonly notes: readonly string[];
}

/** Throws CannotLook where there is no such place. */
export async function findPlace(
  source: Exclude<Source, { kind: 'local' }>,
  config: KubeConfig,
  namespace: string,
): Promise<Found> {
  switch (source.kind) {
    case 'pod':
      return findPod(source, config, namespace);
    case 'node': {
      const { name: node, network } = source;
      await checkNode(node, config);
      const place: Place =
        network === 'host' ? { kind: 'host', node } : { kind: 'pod', node, meshed: network === 'meshed' };
      return { place, notes: [] };
    }
  }
}

async function findPod(
  { name, pastSidecar }: Extract<Source, { kind: 'pod' }>,
  config: KubeConfig,
  namespace: string,
): Promise<Found> {
  const pods = await createClusterReader(config).list('pods', { namespace }, AbortSignal.timeout(listMs));
  const pod = pods.find(({ metadata }) => metadata.name === name);
  if (pod === undefined)
    throw missing(
      `there is no pod ${name} in the namespace ${namespace} (--namespace names another)`,
      name,
      pods.map(({ metadata }) => metadata.name),
    );
  const none = pastSidecar && sidecarUser(pod) === undefined;
  return {
    place: inPod(pod, pastSidecar),
    notes: none ? [`the pod ${name} has no sidecar to go past: this is its own way`] : [],
  };
}

/** A pod for a node that is not there would wait until it is given up. Who may not list nodes has to wait. */
async function checkNode(name: string, config: KubeConfig): Promise<void> {
  const nodes = await createClusterReader(config)
    .list('nodes', {}, AbortSignal.timeout(listMs))
    .catch((error: unknown) => {
      if (error instanceof CannotLook && error.why.reason === 'forbidden') return undefined;
      throw error;
    });
  const names = nodes?.map(({ metadata }) => metadata.name);
  if (names?.includes(name) === false) throw missing(`there is no node ${name}`, name, names);
}

function missing(what: string, name: string, others: readonly string[]): CannotLook {
  const near = nearest(name, others);
  const hint = near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`;
  return new CannotLook({ reason: 'not-found', detail: `${what}${hint}` });
}
