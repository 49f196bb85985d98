import type { Candidate } from '../target.ts';
import { labelOf, type Labels } from './alert.ts';
import { distinct, passesOnToOthers, readNamed, watchesOthers, type Named } from './named.ts';

interface Tier {
  readonly labels: readonly string[];
  /** Names a program or a pod, and only maybe a Service: nothing to go by where no Service is called so. */
  readonly guess?: true;
  readonly namespace?: string;
}

/**
 * Labels that name what an alert is about, the most trusted first. `exported_…` is what Prometheus makes of a label that
 * its target had already: the target says it of others (an ingress controller of its backends), and the plain one is of
 * the target. `destination_…` are Istio's, `kube_…` Datadog's.
 */
const tiers: readonly Tier[] = [
  { labels: ['exported_service'] },
  {
    labels: ['destination_service_name', 'destination_service'],
    namespace: 'destination_service_namespace',
  },
  { labels: ['service', 'kubernetes_service', 'kubernetes_service_name', 'kube_service', 'service_name'] },
  {
    labels: [
      'app',
      'app.kubernetes.io/name',
      'app_kubernetes_io_name',
      'label_app',
      'label_app_kubernetes_io_name',
      'application',
    ],
  },
  {
    labels: [
      'deployment',
      'statefulset',
      'daemonset',
      'workload',
      'kube_deployment',
      'kube_stateful_set',
      'k8s_deployment_name',
    ],
  },
  { labels: ['exported_pod', 'pod', 'pod_name', 'kubernetes_pod_name'], guess: true },
  { labels: ['exported_job', 'job', 'container', 'container_name'], guess: true },
];

const namespaces = [
  'exported_namespace',
  'kubernetes_namespace',
  'kube_namespace',
  'k8s_namespace_name',
  'namespace',
];

/** What the labels of one trust name; more than one where they disagree. */
export interface Naming {
  readonly named: readonly Named[];
  readonly guess: boolean;
}

export function namesInLabels(labels: Labels, known: readonly Candidate[]): Naming[] {
  const common = namespaceOf(labels);
  const namings = tiers.map((tier) => ({
    guess: tier.guess ?? false,
    named: distinct(
      tier.labels.flatMap((label) => {
        const value = labelOf(labels, label);
        const namespace = (tier.namespace && labelOf(labels, tier.namespace)) ?? common;
        return value === undefined ? [] : readLabel(label, value, namespace, known);
      }),
    ).filter(({ service }) => !watchesOthers(service)),
  }));
  return passedOnLast(namings.filter(({ named }) => named.length > 0));
}

export function namespaceOf(labels: Labels): string | undefined {
  return namespaces.map((label) => labelOf(labels, label)).find((value) => value !== undefined);
}

function readLabel(
  label: string,
  value: string,
  namespace: string | undefined,
  known: readonly Candidate[],
): Named[] {
  const routed = traefikService(value, known);
  if (routed !== undefined) return [routed];
  const named = readNamed(label.includes('pod') ? workloadOf(value) : value, namespace);
  return named === undefined ? [] : [named];
}

/** Traefik calls a Service `shop-checkout-8080@kubernetes`; where the namespace ends only who knows them can tell. */
function traefikService(value: string, known: readonly Candidate[]): Candidate | undefined {
  const [, name] = /^(.+)@kubernetes(?:crd|gateway)?$/.exec(value) ?? [];
  if (name === undefined) return undefined;
  return known
    .filter((one) => `${name}-`.startsWith(`${one.namespace}-${one.service}-`))
    .sort((a, b) => b.service.length - a.service.length)[0];
}

/** `checkout-7d9f8b6c5d-x2x4z` of a Deployment, `checkout-0` of a StatefulSet, `checkout-x2x4z` of a DaemonSet. */
function workloadOf(pod: string): string {
  return pod.replace(/-(?:[a-z0-9]{6,10}-)?[bcdfghjklmnpqrstvwxz2456789]{5}$|-\d+$/, '');
}

/** Where a gateway is named along with another, its labels are of whoever reports. */
function passedOnLast(namings: readonly Naming[]): Naming[] {
  const gateway = ({ named }: Naming): boolean => named.every(({ service }) => passesOnToOthers(service));
  return [...namings.filter((one) => !gateway(one)), ...namings.filter(gateway)];
}
