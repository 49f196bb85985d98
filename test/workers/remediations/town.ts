import { isDeepStrictEqual } from 'node:util';
import { KubeConfig } from '@kubernetes/client-node';
import type { Identity } from '../../../sim/cluster/identities.ts';
import { startCluster, type ClusterSim } from '../../../sim/cluster/start-cluster.ts';
import { createClusterReader } from '../../../workers/adapters/kubernetes.ts';
import { createClusterWriter } from '../../../workers/adapters/kubernetes-writer.ts';
import type { ClusterWriter } from '../../../workers/ports.ts';
import type { Objects } from '../../../workers/remediations/remediation.ts';
import { read } from '../../support/repository.ts';
import { namespace, yaml } from '../support/objects.ts';
import { inhabitants } from './inhabitants.ts';

/*
 * A cluster with something to change for every remediation, under the shipped RBAC. Its controllers act at once, and its
 * clock stands still unless told otherwise.
 */

const started = new Date('2026-11-20T10:00:00Z');
/** When changes are proposed: after everything has started. */
export const proposed = new Date('2026-11-20T10:05:00Z');
export const later = new Date('2026-11-20T10:06:00Z');

export const remediator: Identity = { namespace: 'netcheck', name: 'netcheck-remediator' };
/** May see all and change nothing. */
export const onlooker: Identity = { namespace: 'netcheck', name: 'onlooker' };

const onlookerRole = `
apiVersion: v1
kind: ServiceAccount
metadata: { name: onlooker, namespace: netcheck }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: onlooker }
rules: [{ apiGroups: ['*'], resources: ['*'], verbs: [get, list] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: onlooker }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: onlooker }
subjects: [{ kind: ServiceAccount, name: onlooker, namespace: netcheck }]
`;

const policies = 'networkpolicies.networking.k8s.io';
const plurals: Readonly<Record<string, string>> = {
  Node: 'nodes',
  Service: 'services',
  Pod: 'pods',
  Deployment: 'deployments.apps',
  StatefulSet: 'statefulsets.apps',
  DaemonSet: 'daemonsets.apps',
  NetworkPolicy: policies,
  FelixConfiguration: 'felixconfigurations.crd.projectcalico.org',
};

function at(
  resource: string,
  { namespace: where, name }: { readonly namespace?: string; readonly name: string },
) {
  return { resource, name, ...(where !== undefined && { namespace: where }) };
}

export interface Town {
  readonly sim: ClusterSim;
  /** All as it was in the beginning. */
  rebuild(): void;
  passTime(to: Date): void;
  close(): Promise<void>;
}

export async function foundTown(): Promise<Town> {
  let now = started;
  const sim = await startCluster({
    now: () => now,
    manifests: [
      read('deploy/rbac.yaml'),
      read('deploy/rbac-remediator.yaml'),
      onlookerRole,
      yaml(namespace('shop'), ...inhabitants),
    ],
    extraResources: [
      {
        group: 'crd.projectcalico.org',
        version: 'v1',
        kind: 'FelixConfiguration',
        resource: 'felixconfigurations',
        namespaced: false,
      },
    ],
  });
  const essenceOf = (inhabitant: object): unknown => {
    const { kind, metadata } = inhabitant as { kind: string; metadata: { name: string; namespace?: string } };
    const stored = sim.objects.get(at(plurals[kind] ?? '', metadata));
    const annotations = {
      ...stored?.metadata.annotations,
      'deployment.kubernetes.io/revision': undefined,
    };
    return stored && { annotations, labels: stored.metadata.labels, spec: stored.spec };
  };
  const founded = inhabitants.map(essenceOf);
  return {
    sim,
    rebuild() {
      now = started;
      sim.faults.clear();
      for (const { metadata } of sim.objects.list('pods'))
        if (new Date(metadata.creationTimestamp ?? started) > started)
          sim.objects.remove(at('pods', metadata));
      for (const { metadata } of sim.objects.list(policies))
        if (metadata.labels?.['app.kubernetes.io/managed-by'] === 'netcheck')
          sim.objects.remove(at(policies, metadata));
      const changed = inhabitants.filter((one, index) => !isDeepStrictEqual(essenceOf(one), founded[index]));
      sim.apply(yaml(...changed));
    },
    passTime(to) {
      now = to;
    },
    close: () => sim.close(),
  };
}

/** The real client, as the remediator has it. */
export function handsOf(
  sim: ClusterSim,
  identity: Identity,
): { readonly objects: Objects; readonly writer: ClusterWriter } {
  const config = new KubeConfig();
  config.loadFromString(sim.kubeconfig(identity));
  const [reader, writer] = [createClusterReader(config), createClusterWriter(config)];
  const objects: Objects = {
    read: (object) => writer.read(object, soon()),
    list: (kind, options) => reader.list(kind, options, soon()),
  };
  return { objects, writer };
}

export function soon(): AbortSignal {
  return AbortSignal.timeout(5000);
}
