import { externalShare, queriesPerSecond } from '../dns.ts';
import { share, steady, sum, type Flow } from '../flow.ts';
import { around } from '../latency.ts';
import type { DnsPlan, PodPlan } from '../plan.ts';
import { counter, counterOnceSeen, gauge, histogram, type Labels, type Series } from '../series.ts';

/** plugin.TimeBuckets: 0.25 ms doubled up to 8.192 s. */
const timeBuckets = Array.from({ length: 16 }, (_, i) => 0.000_25 * 2 ** i);
/** plugin.SlimTimeBuckets: 0.25 ms times ten up to 2.5 s. */
const slimTimeBuckets = [0.000_25, 0.0025, 0.025, 0.25, 2.5];
/** 1 ms doubled 20 times. */
const programmingBuckets = Array.from({ length: 20 }, (_, i) => 0.001 * 2 ** i);

export function corednsTarget(pod: PodPlan): Labels {
  return {
    job: 'kube-dns',
    instance: `${pod.ip}:9153`,
    namespace: pod.namespace,
    pod: pod.name,
    service: 'kube-dns',
  };
}

export function corednsSeries(pod: PodPlan, plan: DnsPlan): Series[] {
  const target = corednsTarget(pod);
  const block = { ...target, server: 'dns://:53' };
  const all = sum(plan.answers.map(({ flow }) => flow));
  const answers = Map.groupBy(plan.answers, ({ rcode, plugin }) => `${rcode} ${plugin}`);
  const responses = [...answers.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) {
      return [];
    }
    const labels = { ...block, zone: '.', rcode: first.rcode, plugin: first.plugin };
    const name = 'coredns_dns_responses_total';
    const flow = sum(group.map((one) => one.flow));
    return [counterOnceSeen({ name, help: 'Counter of response status codes.', labels }, flow)];
  });
  const requests = (['A', 'AAAA'] as const).map((type) =>
    counter(
      {
        name: 'coredns_dns_requests_total',
        help: 'Counter of DNS requests made per zone, protocol and family.',
        labels: { ...block, zone: '.', proto: 'udp', family: '1', type },
      },
      share(all, 0.5),
    ),
  );
  return [
    ...requests,
    ...responses,
    ...histogram(
      {
        name: 'coredns_dns_request_duration_seconds',
        help: 'Histogram of the time (in seconds) each request took per zone.',
        labels: { ...block, zone: '.' },
      },
      timeBuckets,
      plan.answers,
    ),
    ...cacheSeries(block, all),
    ...forwardSeries(target, plan),
    ...histogram(
      {
        name: 'coredns_health_request_duration_seconds',
        help: 'Histogram of the time (in seconds) each request took.',
        labels: target,
      },
      slimTimeBuckets,
      plan.selfChecks,
    ),
    counter(
      {
        name: 'coredns_health_request_failures_total',
        help: 'The number of times the health check failed.',
        labels: target,
      },
      () => 0,
    ),
    ...histogram(
      {
        name: 'coredns_kubernetes_dns_programming_duration_seconds',
        help: 'Histogram of the time (in seconds) it took to program a dns instance.',
        labels: { ...target, service_kind: 'headless_with_selector' },
      },
      programmingBuckets,
      [{ flow: steady(0.02, `${pod.name}/programming`), latency: around(0.3) }],
    ),
    counter(
      { name: 'coredns_panics_total', help: 'A metrics that counts the number of panics.', labels: target },
      () => 0,
    ),
  ];
}

function cacheSeries(block: Labels, all: Flow): Series[] {
  const labels = { ...block, zones: '.' };
  return [
    counter({ name: 'coredns_cache_requests_total', help: 'The count of cache requests.', labels }, all),
    counter(
      {
        name: 'coredns_cache_hits_total',
        help: 'The count of cache hits.',
        labels: { ...labels, type: 'success' },
      },
      share(all, 0.55),
    ),
    counter(
      {
        name: 'coredns_cache_hits_total',
        help: 'The count of cache hits.',
        labels: { ...labels, type: 'denial' },
      },
      share(all, 0.03),
    ),
    gauge(
      {
        name: 'coredns_cache_entries',
        help: 'The number of elements in the cache.',
        labels: { ...labels, type: 'success' },
      },
      () => Math.round(queriesPerSecond * (1 + externalShare)),
    ),
  ];
}

function forwardSeries(target: Labels, plan: DnsPlan): Series[] {
  const upstreams = Map.groupBy(plan.upstream, ({ to, rcode }) => `${to} ${rcode}`);
  const tos = [...new Set(plan.upstream.map(({ to }) => to))];
  return [
    ...[...upstreams.values()].flatMap((group) => {
      const [first] = group;
      if (first === undefined) {
        return [];
      }
      const labels = { ...target, proxy_name: 'forward', to: first.to, rcode: first.rcode };
      const name = 'coredns_proxy_request_duration_seconds';
      return histogram(
        { name, help: 'Histogram of the time each request took.', labels },
        timeBuckets,
        group,
      );
    }),
    ...tos.map((to) =>
      counter(
        {
          name: 'coredns_proxy_healthcheck_failures_total',
          help: 'Counter of the number of failed healthchecks.',
          labels: { ...target, proxy_name: 'forward', to },
        },
        plan.healthcheckFailures,
      ),
    ),
    counter(
      {
        name: 'coredns_forward_healthcheck_broken_total',
        help: 'Counter of the number of complete failures of the healthchecks.',
        labels: target,
      },
      plan.healthcheckBroken,
    ),
    counter(
      {
        name: 'coredns_forward_max_concurrent_rejects_total',
        help: 'Counter of the number of queries rejected because the concurrent queries were at maximum.',
        labels: target,
      },
      plan.rejects,
    ),
  ];
}
