import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Route } from './routes.ts';

/** What nginx knows of a request when it is over; seconds. */
export interface Request {
  readonly route: Route;
  readonly host: string;
  readonly method: string;
  readonly status: number;
  readonly seconds: number;
  /** Of the only server that was asked; undefined where it did not come to it, or there were several. */
  readonly connect: number | undefined;
  readonly header: number | undefined;
  readonly response: number | undefined;
}

export interface IngressMetrics {
  observe(request: Request): void;
  /** In the text format of Prometheus. */
  exposition(): Promise<string>;
}

/** client_golang's own, which ingress-nginx leaves as they are. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const labelNames = ['status', 'method', 'path', 'namespace', 'ingress', 'service', 'canary', 'host'] as const;

/**
 * Under the names and labels of ingress-nginx (internal/ingress/metric/collectors/socket.go). Of a request that nginx
 * tried again elsewhere, it writes a list of times where a number is expected, and such a time is not counted
 * (rootfs/etc/nginx/lua/monitor.lua).
 */
export function ingressMetrics(pod: { readonly name: string; readonly namespace: string }): IngressMetrics {
  const registry = new Registry();
  registry.setDefaultLabels({
    controller_class: 'k8s.io/ingress-nginx',
    controller_namespace: pod.namespace,
    controller_pod: pod.name,
  });
  const registers = [registry];
  const duration = (which: string, help: string): Histogram<(typeof labelNames)[number]> =>
    new Histogram({
      name: `nginx_ingress_controller_${which}_duration_seconds`,
      ...{ help, labelNames, buckets, registers },
    });
  const requests = new Counter({
    name: 'nginx_ingress_controller_requests',
    help: 'The total number of client requests',
    ...{ labelNames, registers },
  });
  const times = {
    connect: duration('connect', 'The time spent on establishing a connection with the upstream server'),
    header: duration('header', 'The time spent on receiving first header from the upstream server'),
    response: duration('response', 'The time spent on receiving the response from the upstream server'),
    seconds: duration('request', 'The request processing time in milliseconds'),
  } as const;
  new Gauge({
    name: 'nginx_ingress_controller_config_last_reload_successful',
    help: 'Whether the last configuration reload attempt was successful',
    registers,
  }).set(1);
  return {
    observe({ route, host, method, status, ...measured }) {
      const { path, namespace, ingress, service } = route;
      const labels = {
        ...{ method, path, namespace, ingress, service, host, canary: '' },
        status: String(status),
      };
      requests.inc(labels);
      for (const which of ['connect', 'header', 'response', 'seconds'] as const) {
        const seconds = measured[which];
        if (seconds !== undefined) times[which].observe(labels, seconds);
      }
    },
    exposition: () => registry.metrics(),
  };
}
