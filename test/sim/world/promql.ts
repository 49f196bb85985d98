/** PromQL of the failure catalogue, bound to one service: what the playbooks ask, in its plainest form. */
export interface Subject {
  readonly namespace: string;
  readonly service: string;
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export async function ask(prometheusUrl: string, query: string): Promise<Sample[]> {
  const response = await fetch(`${prometheusUrl}/api/v1/query?${new URLSearchParams({ query }).toString()}`);
  const body = (await response.json()) as {
    error?: string;
    data?: { result: { metric: Record<string, string>; value: [number, string] }[] };
  };
  if (body.data === undefined) {
    throw new Error(`${body.error ?? response.statusText} in ${query}`);
  }
  return body.data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
}

const w = '[5m]';

const ingress = ({ namespace, service }: Subject): string => `namespace="${namespace}",service="${service}"`;
const slice = ({ namespace, service }: Subject): string =>
  `namespace="${namespace}",endpointslice=~"${service}-[a-z0-9]{5}"`;

/** Adds the label `node` to something of node_exporter. */
const byNode = (metric: string): string =>
  `sum by (node) (label_replace(${metric},"internal_ip","$1","instance","(.+):\\\\d+")` +
  ` * on (internal_ip) group_left (node) kube_node_info)`;

const connectBucket = (subject: Subject, le: string): string =>
  `sum by (controller_pod) (increase(nginx_ingress_controller_connect_duration_seconds_bucket{${ingress(subject)},le="${le}"}${w}))`;

const connectShare = (subject: Subject, above: string, upTo: string): string =>
  `(${connectBucket(subject, upTo)} - ${connectBucket(subject, above)}) / ${connectBucket(subject, '+Inf')}`;

const toNode = (byController: string): string =>
  `sum by (node) (label_replace(${byController},"pod","$1","controller_pod","(.+)")` +
  ` * on (pod) group_left (node) kube_pod_info{namespace="ingress-nginx"})`;

const ofPods = (expression: string, subject: Subject): string =>
  `${expression} and on (namespace, pod) label_replace(label_replace(kube_endpointslice_endpoints{${slice(subject)}},` +
  `"pod","$1","targetref_name","(.+)"),"namespace","$1","targetref_namespace","(.+)")`;

export const ingressQueries = {
  requests: (subject: Subject) =>
    `sum by (status) (increase(nginx_ingress_controller_requests{${ingress(subject)}}${w}))`,
  errorShare: (subject: Subject) =>
    `(sum(rate(nginx_ingress_controller_requests{${ingress(subject)},status=~"5.."}${w})) or vector(0))` +
    ` / sum(rate(nginx_ingress_controller_requests{${ingress(subject)}}${w}))`,
  connects: (subject: Subject) => connectBucket(subject, '+Inf'),
  oneSecondShare: (subject: Subject) => connectShare(subject, '1', '2.5'),
  threeSecondShare: (subject: Subject) => connectShare(subject, '2.5', '5'),
  holeShare: (subject: Subject) => connectShare(subject, '0.5', '1'),
  oneSecondShareByNode: (subject: Subject) => toNode(connectShare(subject, '1', '2.5')),
  clientNodes: (subject: Subject) =>
    toNode(`sum by (controller_pod) (rate(nginx_ingress_controller_requests{${ingress(subject)}}${w}))`),
  quantile: (subject: Subject, which: 'connect' | 'header' | 'response' | 'request', q: number) =>
    `histogram_quantile(${q}, sum by (le) (rate(nginx_ingress_controller_${which}_duration_seconds_bucket{${ingress(subject)}}${w})))`,
} as const;

export const nodeQueries = {
  insertFailed: byNode(`rate(node_nf_conntrack_stat_insert_failed${w})`),
  conntrackDrop: byNode(`rate(node_nf_conntrack_stat_drop${w})`),
  conntrackEarlyDrop: byNode(`rate(node_nf_conntrack_stat_early_drop${w})`),
  conntrackUse: byNode('node_nf_conntrack_entries / node_nf_conntrack_entries_limit'),
  fullTable: byNode(
    `(node_nf_conntrack_entries / node_nf_conntrack_entries_limit > 0.9` +
      ` or (rate(node_nf_conntrack_stat_drop${w}) > 0 unless rate(node_nf_conntrack_stat_insert_failed${w}) > 0))`,
  ),
  listenOverflows: byNode(`rate(node_netstat_TcpExt_ListenOverflows${w})`),
  listenDrops: byNode(`rate(node_netstat_TcpExt_ListenDrops${w})`),
  softnetDropped: byNode(`sum by (instance) (rate(node_softnet_dropped_total${w}))`),
  softnetSqueezed: byNode(`sum by (instance) (rate(node_softnet_times_squeezed_total${w}))`),
  cpuWaiting: byNode(`rate(node_pressure_cpu_waiting_seconds_total${w})`),
  topTalkers:
    `topk(3, sum by (namespace, pod, node) (rate(container_network_transmit_bytes_total${w})` +
    ` * on (namespace, pod) group_left () kube_pod_info{host_network="false"}))`,
} as const;

export const clusterQueries = {
  podNodes: (subject: Subject) => `count by (node) (${ofPods('kube_pod_info', subject)})`,
  readyEndpoints: (subject: Subject) =>
    `count(kube_endpointslice_endpoints{${slice(subject)},ready="true"}) or vector(0)`,
  sliceWithoutEndpoints: (subject: Subject) =>
    `kube_endpointslice_info{${slice(subject)}} unless on (namespace, endpointslice) kube_endpointslice_endpoints`,
  ports: (subject: Subject) => `kube_endpointslice_ports{${slice(subject)}}`,
  throttled: (subject: Subject) =>
    ofPods(
      `sum by (namespace, pod, container) (rate(container_cpu_cfs_throttled_periods_total{namespace="${subject.namespace}"}${w}))` +
        ` / sum by (namespace, pod, container) (rate(container_cpu_cfs_periods_total{namespace="${subject.namespace}"}${w}))`,
      subject,
    ),
  /** Errors at steps of 15 s within the last half hour, apart from and during the end of some pod of the service. */
  errorsWhileTerminating: (subject: Subject) => errorsInHalfHour(subject, 'and'),
  errorsOtherwise: (subject: Subject) => errorsInHalfHour(subject, 'unless'),
  podsDeleted: (subject: Subject) =>
    `count(count by (pod) (count_over_time(kube_pod_deletion_timestamp{namespace="${subject.namespace}",pod=~"${subject.service}-.+"}[30m])))`,
  terminatingEndpoints: (subject: Subject) =>
    `count(count by (targetref_name) (count_over_time(kube_endpointslice_endpoints{${slice(subject)},terminating="true"}[30m])))`,
} as const;

function errorsInHalfHour(subject: Subject, operator: 'and' | 'unless'): string {
  const errors = `sum(rate(nginx_ingress_controller_requests{${ingress(subject)},status=~"50[234]"}[1m])) > 0`;
  const ending = `max_over_time(kube_pod_deletion_timestamp{namespace="${subject.namespace}",pod=~"${subject.service}-.+"}[1m])`;
  return `count_over_time((${errors} ${operator} on () count(${ending}))[30m:15s])`;
}

export const dnsQueries = {
  selfCheckP99: `histogram_quantile(0.99, sum by (le, pod) (rate(coredns_health_request_duration_seconds_bucket${w})))`,
  medianAnswer: `histogram_quantile(0.5, sum by (le, pod) (rate(coredns_dns_request_duration_seconds_bucket${w})))`,
  upstreamP99: `histogram_quantile(0.99, sum by (le, to) (rate(coredns_proxy_request_duration_seconds_bucket{proxy_name="forward"}${w})))`,
  servfail: `sum(rate(coredns_dns_responses_total{rcode="SERVFAIL"}${w})) or vector(0)`,
  healthcheckFailures: `sum by (to) (rate(coredns_proxy_healthcheck_failures_total${w}))`,
  /** Share of all queries that took longer than 0.512 s. */
  slowShare:
    `1 - sum(rate(coredns_dns_request_duration_seconds_bucket{le="0.512"}${w}))` +
    ` / sum(rate(coredns_dns_request_duration_seconds_count${w}))`,
  forwardedShare: `sum(rate(coredns_dns_responses_total{plugin=~"forward|"}${w})) / sum(rate(coredns_dns_responses_total${w}))`,
  throttled:
    `sum by (pod) (rate(container_cpu_cfs_throttled_periods_total{namespace="kube-system",pod=~"coredns-.+",container="coredns"}${w}))` +
    ` / sum by (pod) (rate(container_cpu_cfs_periods_total{namespace="kube-system",pod=~"coredns-.+",container="coredns"}${w}))`,
} as const;
