import {
  ApiException,
  AppsV1Api,
  AuthorizationV1Api,
  CoordinationV1Api,
  CoreV1Api,
  CustomObjectsApi,
  DiscoveryV1Api,
  EventsV1Api,
  KubeConfig,
  NetworkingV1Api,
  PolicyV1Api,
} from '@kubernetes/client-node';
import type { ClusterSim } from '../../../sim/cluster/start-cluster.ts';
import type { Identity } from '../../../sim/cluster/identities.ts';

/** The real client's APIs, for one identity of a stand-in cluster. */
export function clientsFor(sim: ClusterSim, identity: Identity) {
  const config = new KubeConfig();
  config.loadFromString(sim.kubeconfig(identity));
  return {
    config,
    core: config.makeApiClient(CoreV1Api),
    apps: config.makeApiClient(AppsV1Api),
    discovery: config.makeApiClient(DiscoveryV1Api),
    coordination: config.makeApiClient(CoordinationV1Api),
    custom: config.makeApiClient(CustomObjectsApi),
    events: config.makeApiClient(EventsV1Api),
    networking: config.makeApiClient(NetworkingV1Api),
    policy: config.makeApiClient(PolicyV1Api),
    authorization: config.makeApiClient(AuthorizationV1Api),
  };
}

export interface Refusal {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly details?: { readonly causes?: readonly { readonly field?: string; readonly reason?: string }[] };
}

/** The Status with which the server refuses; an answer that is no refusal is an error. */
export async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof ApiException)) throw error;
    const body: unknown = error.body;
    // The client drops the body of a 401.
    if (body === undefined) return { code: error.code, reason: '', message: '' };
    return (typeof body === 'string' ? JSON.parse(body) : body) as Refusal;
  }
  throw new Error('the server accepted what it should refuse');
}

/** Waits until something holds, looking again after each turn of the event loop. */
export async function until(holds: () => boolean, withinMilliseconds = 10_000): Promise<void> {
  const deadline = Date.now() + withinMilliseconds;
  while (!holds()) {
    if (Date.now() > deadline)
      throw new Error(`still not so after ${withinMilliseconds} ms: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
