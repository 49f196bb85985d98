import { expect, test } from '@jest/globals';
import { blindSpotsOf } from '../../core/blind-spot.ts';
import { cureFor } from '../../core/cure.ts';
import type { ReportedEvidence } from '../../core/report.ts';

const forbidden =
  'networkpolicies.networking.k8s.io is forbidden: User "system:serviceaccount:netcheck:netcheck-worker" cannot list resource "networkpolicies" in API group "networking.k8s.io" in the namespace "shop"';

type Source = ReportedEvidence['source'];
type Why = NonNullable<ReportedEvidence['why']>;

function look(source: Source, query: string, reason: Why['reason'], detail = ''): ReportedEvidence {
  return { id: 'a/b', title: 'A look', source, status: 'unavailable', query, why: { reason, detail } };
}

test.each<[string, ReportedEvidence, string, string]>([
  [
    'an exporter',
    look('promql', 'sum by (node) (rate(node_netstat_Tcp_RetransSegs[5m]))', 'no-data'),
    'metrics of node-exporter',
    'is node-exporter there, and scraped by this Prometheus?',
  ],
  [
    'the same for a metric of it with another name',
    look('promql', 'node_nf_conntrack_entries / node_nf_conntrack_entries_limit', 'no-data'),
    'metrics of node-exporter',
    'is node-exporter there, and scraped by this Prometheus?',
  ],
  [
    "a metric of one's own",
    look('promql', 'max(shop_pool_waiting{app="cart"})', 'no-data'),
    'shop_pool_waiting',
    cureFor('no-data', 'promql'),
  ],
  [
    'a query that names no metric',
    look('promql', '{__name__=~"shop_.*"}', 'no-data'),
    'metrics',
    cureFor('no-data', 'promql'),
  ],
  [
    'Prometheus itself, whatever was asked',
    look('promql', 'up', 'unreachable', 'Prometheus could not be reached (ECONNREFUSED)'),
    'Prometheus',
    cureFor('unreachable', 'promql'),
  ],
  [
    'a permission, as Kubernetes names it',
    look('cluster', 'network_policies checkout', 'forbidden', forbidden),
    'networkpolicies',
    "let the worker's ServiceAccount list networkpolicies (networking.k8s.io); deploy/rbac.yaml lists all it needs",
  ],
  [
    'a permission in the core group',
    look(
      'cluster',
      'endpoints checkout',
      'forbidden',
      'pods is forbidden: User "x" cannot list resource "pods" in API group "" at the cluster scope',
    ),
    'pods',
    "let the worker's ServiceAccount list pods; deploy/rbac.yaml lists all it needs",
  ],
  [
    'a refusal in other words',
    look('cluster', 'endpoints checkout', 'forbidden', 'no'),
    'endpoints',
    cureFor('forbidden', 'cluster'),
  ],
  [
    'a look-up that came too late',
    look('cluster', 'coredns checkout', 'timed-out', 'the API server did not answer in time'),
    'coredns',
    cureFor('timed-out', 'cluster'),
  ],
  [
    'probes that are off, with the setting',
    look(
      'probe',
      'tcp to api:443, 20 attempts each from node',
      'not-enabled',
      'probes from the node are off, NETCHECK_PROBES=own-pod,node turns them on',
    ),
    'probes from the node',
    'NETCHECK_PROBES=own-pod,node turns them on',
  ],
  [
    'a probe that broke',
    look('probe', 'tcp to api:443, 20 attempts each from pod', 'crashed', 'x'),
    'the probe tcp',
    cureFor('crashed', 'probe'),
  ],
])('%s', (_, evidence, what, mend) => {
  expect(blindSpotsOf(evidence)).toEqual([{ what, reason: evidence.why?.reason, mend }]);
});

test.each(['cancelled', 'not-found'] as const)('nobody is to mend what is %s', (reason) => {
  expect(blindSpotsOf(look('cluster', 'endpoints checkout', reason))).toEqual([]);
});

test('of what was seen only the arms that could not be run count', () => {
  const seen: ReportedEvidence = {
    id: 'a/b',
    title: 'A look',
    source: 'probe',
    status: 'observed',
    query: 'tcp',
  };
  expect(blindSpotsOf(seen)).toEqual([]);
  const detail = 'probes from the node are off, NETCHECK_PROBES=node turns them on';
  const unseen = [{ from: 'node' as const, why: { reason: 'not-enabled' as const, detail } }];
  expect(blindSpotsOf({ ...seen, unseen })).toEqual([
    { what: 'probes from the node', reason: 'not-enabled', mend: 'NETCHECK_PROBES=node turns them on' },
  ]);
});
