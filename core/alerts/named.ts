import type { Candidate } from '../target.ts';

/** A Service as an alert names it. */
export interface Named {
  readonly service: string;
  readonly namespace?: string;
}

const part = '[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?';
const name = new RegExp(`^${part}$`);
const clusterHost = new RegExp(`^(${part})\\.(${part})\\.svc(?:\\.[a-z0-9.-]+)?\\.?$`);
const slashed = new RegExp(`^(?:[a-zA-Z]+Monitor/)?(${part})/(${part})(?:/\\d+)?$`);

/**
 * A Service by the value of a label: `checkout`, `checkout.shop.svc.cluster.local`, `shop/checkout` as of a job and
 * `serviceMonitor/shop/checkout/0`, with a port or without.
 */
export function readNamed(value: string, namespace: string | undefined): Named | undefined {
  const bare = value.replace(/:\d+$/, '');
  const [, host, hostNamespace] = clusterHost.exec(bare) ?? [];
  if (host !== undefined && hostNamespace !== undefined) return { service: host, namespace: hostNamespace };
  const [, slashNamespace, slashName] = slashed.exec(bare) ?? [];
  if (slashNamespace !== undefined && slashName !== undefined)
    return { service: slashName, namespace: slashNamespace };
  if (!name.test(bare)) return undefined;
  return { service: bare, ...(namespace !== undefined && name.test(namespace) && { namespace }) };
}

/** Known Services of that name and, where one was said, that namespace. */
export function exactHits({ service, namespace }: Named, known: readonly Candidate[]): Candidate[] {
  return known.filter(
    (one) => one.service === service && (namespace === undefined || one.namespace === namespace),
  );
}

/**
 * What watches others and says so in their labels: an alert that comes by it is not about it. kube-state-metrics is the
 * `service` of alerts about Deployments, a `prometheus: monitoring/k8s` label is of nearly every alert.
 */
export function watchesOthers(service: string): boolean {
  return /(^|-)(prometheus|kube-state-metrics|exporter|kubelet|cadvisor|pushgateway|otel-collector|opentelemetry-collector|datadog-agent|promtail|k8s|kubernetes)(-|$)/.test(
    service,
  );
}

/** What traffic to others comes through: named along with them it is not what is meant. */
export function passesOnToOthers(service: string): boolean {
  return /ingress-nginx|nginx-ingress|traefik|ingressgateway|envoy-gateway|haproxy-ingress|contour|kong-proxy/.test(
    service,
  );
}

export function distinct<T extends Named>(named: readonly T[]): T[] {
  return [...new Map(named.map((one) => [`${one.namespace ?? ''}/${one.service}`, one])).values()];
}
