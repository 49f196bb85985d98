import { none } from '../flow.ts';
import { isReadyAt } from '../pods.ts';
import type { PodPlan, ServicePlan, Traffic } from '../plan.ts';
import {
  counter,
  counterOnceSeen,
  gauge,
  histogram,
  type Labels,
  type Observations,
  type Series,
} from '../series.ts';
import { sum } from '../flow.ts';

/** client_golang's default buckets, in seconds; also ingress-nginx's. */
const defaultBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const durations = {
  connect: 'The time spent on establishing a connection with the upstream server',
  header: 'The time spent on receiving first header from the upstream server',
  response: 'The time spent on receiving the response from the upstream server',
  request: 'The request processing time in milliseconds',
} as const;

export function ingressTarget(controller: PodPlan): Labels {
  return { job: 'ingress-nginx-controller-metrics', instance: `${controller.ip}:10254` };
}

function controllerLabels(controller: PodPlan): Labels {
  return {
    controller_class: 'k8s.io/ingress-nginx',
    controller_namespace: controller.namespace,
    controller_pod: controller.name,
    ...ingressTarget(controller),
  };
}

/** What the controllers show of the requests to one service, with metrics per host (the default). */
export function ingressSeries(service: ServicePlan): Series[] {
  const kinds = Map.groupBy(service.traffic, ({ controller, status }) => `${controller.name} ${status}`);
  return [...kinds.values()].flatMap((traffic) => {
    const [first] = traffic;
    return first === undefined ? [] : seriesOfKind(service, first, traffic);
  });
}

function seriesOfKind(service: ServicePlan, like: Traffic, traffic: readonly Traffic[]): Series[] {
  const labels: Labels = {
    ...controllerLabels(like.controller),
    namespace: service.namespace,
    ingress: service.name,
    service: service.name,
    host: service.ingress?.host ?? '',
    path: '/',
    method: 'GET',
    status: String(like.status),
    canary: '',
  };
  const timed = (which: keyof typeof durations): Series[] => {
    const observed = traffic.flatMap((part): Observations[] => {
      const latency = which === 'header' ? part.response : part[which];
      return latency === undefined ? [] : [{ flow: part.flow, latency }];
    });
    const name = `nginx_ingress_controller_${which}_duration_seconds`;
    return histogram({ name, help: durations[which], labels }, defaultBuckets, observed);
  };
  const requests = sum(traffic.map(({ flow }) => flow));
  const name = 'nginx_ingress_controller_requests';
  return [
    counterOnceSeen({ name, help: 'The total number of client requests', labels }, requests),
    ...timed('connect'),
    ...timed('header'),
    ...timed('response'),
    ...timed('request'),
  ];
}

/** What a controller shows of itself, and of the ingresses that lead nowhere. */
export function controllerSeries(controller: PodPlan, services: readonly ServicePlan[]): Series[] {
  const labels = controllerLabels(controller);
  const orphan = 'Gauge reporting status of ingress orphanity, 1 indicates orphaned ingress.';
  return [
    gauge(
      {
        name: 'nginx_ingress_controller_config_last_reload_successful',
        help: 'Whether the last configuration reload attempt was successful',
        labels,
      },
      () => 1,
    ),
    counter(
      {
        name: 'nginx_ingress_controller_errors',
        help: 'Cumulative number of Ingress controller errors during reload operations',
        labels,
      },
      none,
    ),
    ...services
      .filter(({ ingress }) => ingress !== undefined)
      .map(({ namespace, name, endpoints }) =>
        gauge(
          {
            name: 'nginx_ingress_controller_orphan_ingress',
            help: orphan,
            labels: { ...labels, namespace, ingress: name, type: 'no-endpoint' },
          },
          (t) => (endpoints(t).some((pod) => isReadyAt(pod, t)) ? 0 : 1),
        ),
      ),
  ];
}
