import { generate } from 'selfsigned';
import { ApiError } from './api/api-error.ts';
import { makeResourceTable, storageKey, type ExtraResource } from './api/resources.ts';
import { route } from './api/route.ts';
import type { OpenWatch } from './api/watch.ts';
import { bootstrapManifest } from './bootstrap.ts';
import {
  startControllers,
  type Controllers,
  type ControllerOptions,
} from './controllers/start-controllers.ts';
import { makeFaults, type Faults } from './fault-injection.ts';
import { makeIdentities, writeKubeconfig, type Identity } from './identities.ts';
import { makeJournal, type Journal } from './journal.ts';
import { makeIds } from './objects/ids.ts';
import type { KubeObject } from './objects/kube-object.ts';
import { replace, remove } from './objects/write.ts';
import { makePodLogs, type PodLogs } from './pod-logs.ts';
import { seed } from './seed.ts';
import { listen } from './server.ts';
import type { ClusterState } from './state.ts';
import { makeStore, type StoredEvent } from './store.ts';

export interface ClusterOptions extends ControllerOptions {
  /** 0 or absent: any free port of 127.0.0.1. */
  readonly port?: number;
  /** HTTPS with a certificate of its own, which the kubeconfig carries. */
  readonly tls?: boolean;
  /** YAML texts, several documents each; taken as they are, status included. */
  readonly manifests: readonly string[];
  /** Resources beyond the built-in ones, as CustomResourceDefinitions would add them. */
  readonly extraResources?: readonly ExtraResource[];
  /** No controllers: what the manifests say is all there is, and nothing comes of it. */
  readonly still?: boolean;
  /** The cluster's clock (default: the machine's). */
  readonly now?: () => Date;
  /** Milliseconds between watch bookmarks (default: a minute, as the real server). */
  readonly bookmarkEvery?: number;
}

/** Which object: the resource's plural with its group, as in `deployments.apps`; no namespace for cluster-wide ones. */
interface ObjectRef {
  readonly resource: string;
  readonly namespace?: string;
  readonly name: string;
}

/** The objects as they are stored, past authentication and validation. */
interface ClusterObjects {
  get(ref: ObjectRef): KubeObject | undefined;
  list(resource: string, namespace?: string): readonly KubeObject[];
  /** Replaces an object by what `change` makes of it, status included. */
  change(ref: ObjectRef, change: (object: KubeObject) => KubeObject): KubeObject;
  remove(ref: ObjectRef): void;
  subscribe(listener: (event: StoredEvent) => void): () => void;
  /** Forgets the history: watches and pages from before get 410 Gone. */
  compact(): void;
}

interface Watches {
  /** Ends open watches as a server does that closes idle ones; all, or those of one resource (`pods`). */
  end(resource?: string): void;
  /** Sends an ERROR event with `410 Expired` and ends them. */
  expire(resource?: string): void;
  readonly count: number;
}

export interface ClusterSim {
  readonly url: string;
  /** The PEM of the server's certificate, under TLS. */
  readonly certificate: string | undefined;
  /** YAML of a kubeconfig with a bearer token for a ServiceAccount (which must exist), a user, or a user with groups. */
  kubeconfig(identity: Identity): string;
  token(identity: Identity): string;
  /** Puts manifests in, as `manifests` at the start; controllers have acted when it returns. */
  apply(yaml: string): readonly KubeObject[];
  readonly objects: ClusterObjects;
  readonly logs: PodLogs;
  readonly faults: Faults;
  readonly watches: Watches;
  readonly journal: Journal;
  close(): Promise<void>;
}

const noControllers: Controllers = { settle: () => undefined, stop: () => Promise.resolve() };

export async function startCluster(options: ClusterOptions): Promise<ClusterSim> {
  const { extraResources = [], now = () => new Date(), bookmarkEvery = 60_000 } = options;
  const store = makeStore();
  const table = makeResourceTable(extraResources);
  const state: ClusterState = { store, table, ids: makeIds(), logs: makePodLogs(), now };
  const identities = makeIdentities(store);
  const journal = makeJournal();
  const faults = makeFaults();
  const open = new Set<OpenWatch>();

  seed(state, [bootstrapManifest]);
  seed(state, options.manifests);
  const controllers = options.still === true ? noControllers : startControllers(state, options);

  const tls = options.tls === true ? await makeCertificate() : undefined;
  const server = await listen(
    {
      authenticate: (token) => identities.authenticate(token),
      answer: (request) => route(state, request, { bookmarkEvery, open }),
      now,
      faults,
      journal,
    },
    { port: options.port ?? 0, tls },
  );

  const openOf = (resource: string | undefined) =>
    [...open].filter((one) => resource === undefined || one.resource === resource);

  return {
    url: server.url,
    certificate: tls?.cert,
    token: (identity) => identities.tokenFor(identity),
    kubeconfig: (identity) => writeKubeconfig(server.url, identities.tokenFor(identity), tls?.cert),
    apply(yaml) {
      const applied = seed(state, [yaml]);
      controllers.settle();
      return applied;
    },
    objects: objectsOf(state, () => controllers.settle()),
    logs: state.logs,
    faults,
    watches: {
      end(resource) {
        for (const one of openOf(resource)) one.end();
      },
      expire(resource) {
        const gone = new ApiError(410, 'Expired', 'The resourceVersion for the provided watch is too old.');
        for (const one of openOf(resource)) one.fail(gone);
      },
      get count() {
        return open.size;
      },
    },
    journal,
    async close() {
      await controllers.stop();
      await server.close();
    },
  };
}

function objectsOf(state: ClusterState, settle: () => void): ClusterObjects {
  const { store, table } = state;
  const find = (ref: ObjectRef) => {
    const resource = table.all.find((one) => storageKey(one) === ref.resource);
    const object = store.get(ref.resource, ref.namespace ?? '', ref.name);
    if (resource === undefined || object === undefined) {
      throw new Error(`no ${ref.resource} "${ref.name}" in namespace "${ref.namespace ?? ''}"`);
    }
    return { resource, object };
  };
  return {
    get: ({ resource, namespace = '', name }) => store.get(resource, namespace, name),
    list: (resource, namespace) => store.list(resource, namespace).items,
    change(ref, change) {
      const { resource, object } = find(ref);
      const changed = replace(state, resource, object, change(object));
      settle();
      return changed;
    },
    remove(ref) {
      const { resource, object } = find(ref);
      remove(state, resource, object, 0);
      settle();
    },
    subscribe: (listener) => store.subscribe(listener),
    compact: () => store.compact(),
  };
}

async function makeCertificate(): Promise<{ readonly key: string; readonly cert: string }> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'kube-apiserver' }], {
    algorithm: 'sha256',
    keyType: 'ec',
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 7, ip: '127.0.0.1' },
          { type: 2, value: 'localhost' },
        ],
      },
    ],
  });
  return { key, cert };
}
