import type { Candidate } from '../../core/target.ts';

/** A cluster whose names repeat and hold each other, as those of real ones do. */
export const services: readonly Candidate[] = [
  ...['checkout', 'checkout-db', 'cart', 'payments', 'catalog'].map((service) => ({
    namespace: 'shop',
    service,
  })),
  ...['invoices', 'payments', 'api'].map((service) => ({ namespace: 'billing', service })),
  ...['api', 'indexer'].map((service) => ({ namespace: 'search', service })),
  ...['auth', 'edge-gateway', 'web'].map((service) => ({ namespace: 'platform', service })),
];

export const known: readonly Candidate[] = [
  ...services,
  { namespace: 'default', service: 'kubernetes' },
  { namespace: 'kube-system', service: 'kube-dns' },
  { namespace: 'ingress-nginx', service: 'ingress-nginx-controller' },
  { namespace: 'monitoring', service: 'prometheus-k8s' },
  { namespace: 'monitoring', service: 'kube-state-metrics' },
  { namespace: 'monitoring', service: 'node-exporter' },
  { namespace: 'monitoring', service: 'grafana' },
];

/** What goes wrong: as a rule calls it, as a person calls it, what is said about it, and which symptom that is. */
export interface Fault {
  readonly alertname: string;
  readonly title: string;
  readonly summary: (service: string) => string;
  readonly symptom?: string;
}

export const faults: readonly Fault[] = [
  {
    alertname: 'HighErrorRate',
    title: 'High error rate',
    summary: (service) => `${service} answers 12.4% of its requests with an error`,
    symptom: 'connection-errors',
  },
  {
    alertname: 'Http5xxTooHigh',
    title: 'HTTP 5xx too high',
    summary: (service) => `More than 5% of requests to ${service} fail`,
    symptom: 'connection-errors',
  },
  {
    alertname: 'RequestLatencyP99High',
    title: 'Request latency p99 high',
    summary: (service) => `p99 of ${service} is 2.3s for 10 minutes`,
    symptom: 'slow-connects',
  },
  {
    alertname: 'DNSLookupFailures',
    title: 'DNS lookup failures',
    summary: (service) => `Pods of ${service} see EAI_AGAIN`,
    symptom: 'dns-failures',
  },
  {
    alertname: 'TlsHandshakeErrors',
    title: 'TLS handshake errors',
    summary: (service) => `Handshakes of ${service} fail`,
    symptom: 'tls-handshake-failures',
  },
  {
    alertname: 'EgressConnectTimeouts',
    title: 'Egress connect timeouts',
    summary: (service) => `${service} cannot reach its partner`,
    symptom: 'outbound-timeouts',
  },
  {
    alertname: 'IdleConnectionResets',
    title: 'Idle connection resets',
    summary: (service) => `The pool of ${service} loses connections at night`,
    symptom: 'idle-connections-die',
  },
  {
    alertname: 'RemoteCallSlow',
    title: 'Remote call slow',
    summary: (service) => `${service} waits long for others`,
    symptom: 'remote-calls-slow',
  },
  {
    alertname: 'JobQueueStuck',
    title: 'Job queue stuck',
    summary: (service) => `${service} logs dial tcp 203.0.113.7:443: i/o timeout`,
    symptom: 'outbound-timeouts',
  },
  {
    alertname: 'KubeDeploymentReplicasMismatch',
    title: 'Replicas mismatch',
    summary: (service) => `${service} has not the number of replicas it should have`,
  },
];

/** What labels say beside: of the scrape, the cluster, the team. */
export const noise: readonly Readonly<Record<string, string>>[] = [
  { severity: 'critical', prometheus: 'monitoring/k8s' },
  { severity: 'page', cluster: 'prod-eu-1', team: 'platform-web', prometheus: 'monitoring/k8s' },
  { severity: 'warning', instance: '10.42.3.17:8080', endpoint: 'http-metrics', region: 'eu-central-1' },
  { env: 'prod', severity: 'critical', job: 'kube-state-metrics', instance: '10.42.0.9:8080' },
  { severity: 'P2', job: 'node-exporter', container: 'istio-proxy', replica: 'prometheus-k8s-0' },
];
