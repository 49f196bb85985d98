import { steady } from '../flow.ts';
import { around } from '../latency.ts';
import type { NodePlan } from '../plan.ts';
import { counter, gauge, histogram, type Labels, type Series } from '../series.ts';

const syncBuckets = Array.from({ length: 15 }, (_, i) => 0.001 * 2 ** i);
const secondsBetweenSyncs = 30;

export function kubeProxyTarget(node: NodePlan): Labels {
  return { job: 'kube-proxy', instance: `${node.ip}:10249` };
}

/** kube-proxy in iptables mode, scraped because it binds its metrics to the node's address here. */
export function kubeProxySeries(node: NodePlan, startedAt: number): Series[] {
  const labels = kubeProxyTarget(node);
  const lastSync = (t: number): number =>
    Math.floor((startedAt + t) / secondsBetweenSyncs) * secondsBetweenSyncs;
  const flat = (name: string, help: string): Series => counter({ name, help, labels }, () => 0);
  return [
    ...histogram(
      {
        name: 'kubeproxy_sync_proxy_rules_duration_seconds',
        help: 'SyncProxyRules latency in seconds',
        labels,
      },
      syncBuckets,
      [{ flow: steady(1 / secondsBetweenSyncs, `${node.name}/kube-proxy`), latency: around(0.06) }],
    ),
    gauge(
      {
        name: 'kubeproxy_sync_proxy_rules_last_timestamp_seconds',
        help: 'The last time proxy rules were successfully synced',
        labels,
      },
      lastSync,
    ),
    gauge(
      {
        name: 'kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds',
        help: 'The last time a sync of proxy rules was queued',
        labels,
      },
      lastSync,
    ),
    flat(
      'kubeproxy_sync_proxy_rules_iptables_restore_failures_total',
      'Cumulative proxy iptables restore failures',
    ),
    flat(
      'kubeproxy_iptables_ct_state_invalid_dropped_packets_total',
      'packets dropped by iptables to work around conntrack problems',
    ),
    gauge(
      {
        name: 'kubeproxy_sync_proxy_rules_endpoint_changes_pending',
        help: 'Pending proxy rules Endpoint changes',
        labels,
      },
      () => 0,
    ),
    ...['internal', 'external'].map((traffic_policy) =>
      gauge(
        {
          name: 'kubeproxy_sync_proxy_rules_no_local_endpoints_total',
          help: 'Number of services with a Local traffic policy and no endpoints',
          labels: { ...labels, traffic_policy },
        },
        () => 0,
      ),
    ),
    counter(
      {
        name: 'kubeproxy_proxy_healthz_total',
        help: 'Cumulative proxy healthz HTTP status',
        labels: { ...labels, code: '200' },
      },
      steady(0.1, `${node.name}/healthz`),
    ),
  ];
}
