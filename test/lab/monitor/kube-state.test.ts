import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kubeState } from '../../../lab/monitor/kube-state.ts';
import { startCluster, type ClusterSim } from '../../../sim/cluster/start-cluster.ts';
import { until, sumOf } from '../apps/support.ts';
import { complaints } from './support.ts';

const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: netcheck }\n';

let cluster: ClusterSim;
beforeAll(async () => {
  const files = ['nodes', 'system', 'shop'].map((name) =>
    readFile(join(import.meta.dirname, `../../../lab/manifests/${name}.yaml`), 'utf8'),
  );
  cluster = await startCluster({ manifests: [namespace, ...(await Promise.all(files))], podReadyAfter: 50 });
});
afterAll(() => cluster.close());

const shown = (): string => kubeState(cluster.objects);
/** Those of checkout, by states and what they are. */
const endpoints = (text: string, labels: Readonly<Record<string, string>>): number => {
  const [, endpointslice = ''] =
    /^kube_endpointslice_info\{.*endpointslice="(checkout-[^"]+)"/m.exec(text) ?? [];
  return sumOf(text, 'kube_endpointslice_endpoints', { namespace: 'shop', endpointslice, ...labels });
};

test('shows the cluster as it is, so that Prometheus can read it', async () => {
  const text = await until(
    'endpoints that are ready',
    () => Promise.resolve(shown()),
    (so) => endpoints(so, { ready: 'true' }) === 2,
  );
  expect(await complaints(text)).toEqual([]);
  expect(sumOf(text, 'kube_node_info', { node: 'node-a', internal_ip: '10.0.0.11' })).toBe(1);
  const shop = { namespace: 'shop', host_network: 'false' };
  expect(sumOf(text, 'kube_pod_info', { ...shop, created_by_kind: 'ReplicaSet' })).toBe(4);
  expect(
    sumOf(text, 'kube_pod_info', { host_ip: '10.0.0.11', pod_ip: '10.0.0.11', host_network: 'true' }),
  ).toBeGreaterThan(0);
  const cpu = { namespace: 'shop', container: 'checkout', resource: 'cpu', unit: 'core' };
  expect(sumOf(text, 'kube_pod_container_resource_limits', cpu)).toBe(2);
  expect(endpoints(text, { serving: 'true', terminating: 'false', targetref_kind: 'Pod' })).toBe(2);
  expect(sumOf(text, 'kube_deployment_status_replicas_ready', { deployment: 'payments' })).toBe(2);
  expect(sumOf(text, 'kube_service_info', { service: 'kube-dns', cluster_ip: '10.96.0.10' })).toBe(1);
});

test('follows what changes', () => {
  const [pod] = cluster.objects.list('pods', 'shop');
  if (pod === undefined) throw new Error('no pods');
  const one = { namespace: 'shop', pod: pod.metadata.name };
  expect(sumOf(shown(), 'kube_pod_info', one)).toBe(1);
  cluster.objects.remove({ resource: 'pods', namespace: 'shop', name: pod.metadata.name });
  expect(sumOf(shown(), 'kube_pod_info', one)).toBe(0);
});
