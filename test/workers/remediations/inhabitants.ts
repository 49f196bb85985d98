import { node, pod, service } from '../support/objects.ts';

type Fields = Readonly<Record<string, unknown>>;

function workloadWith(
  kind: 'Deployment' | 'StatefulSet' | 'DaemonSet',
  name: string,
  options: {
    readonly namespace?: string;
    readonly containers?: readonly Fields[];
    readonly podSpec?: Fields;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly spec?: Fields;
  } = {},
): object {
  const labels = { app: name };
  const template = {
    metadata: { labels, ...(options.annotations !== undefined && { annotations: options.annotations }) },
    spec: { containers: options.containers ?? [app()], ...options.podSpec },
  };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace: options.namespace ?? 'shop', labels },
    spec: {
      ...(kind !== 'DaemonSet' && { replicas: 2 }),
      ...(kind === 'StatefulSet' && { serviceName: name }),
      selector: { matchLabels: labels },
      template,
      ...options.spec,
    },
  };
}

function app(more: Fields = {}): Fields {
  return {
    name: 'app',
    image: 'registry.example/app:1',
    ports: [{ name: 'http', containerPort: 8080 }],
    ...more,
  };
}

const everything = { operator: 'Exists' };
const helper = { name: 'helper', image: 'registry.example/helper:1' };

function policy(name: string, spec: Fields): object {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: 'shop' },
    spec,
  };
}

function withSpec(object: object, spec: Fields): object {
  const given = object as { readonly spec: Fields };
  return { ...given, spec: { ...given.spec, ...spec } };
}

function withLabels(object: object, labels: Readonly<Record<string, string>>): object {
  const given = object as { readonly metadata: Fields };
  return { ...given, metadata: { ...given.metadata, labels } };
}

/** Something to change for every remediation, and something that none may change. */
export const inhabitants: readonly object[] = [
  node('node-a'),
  node('node-b'),
  withSpec(withLabels(node('node-c'), { pool: 'drained' }), {
    taints: [{ key: 'pool', value: 'drained', effect: 'NoSchedule' }],
  }),
  withSpec(node('node-d'), { unschedulable: true }),

  service('cart'),
  service('two-ports', {
    ports: [
      { name: 'http', port: 80, targetPort: 8080 },
      { name: 'metrics', port: 81, targetPort: 9091 },
    ],
  }),
  service('portless', { ports: [], clusterIP: 'None' }),
  { ...service('elsewhere'), spec: { type: 'ExternalName', externalName: 'shop.example' } },
  service('front', { type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 31_000 }),
  service('gate', { type: 'NodePort', externalTrafficPolicy: 'Cluster' }),

  workloadWith('Deployment', 'cart', {
    containers: [
      app({ resources: { requests: { cpu: '100m' }, limits: { cpu: '500m', memory: '1Gi' } } }),
      helper,
    ],
    annotations: {
      'linkerd.io/inject': 'enabled',
      'config.linkerd.io/opaque-ports': '25,3306',
      'example.com/team': 'shop',
    },
  }),
  workloadWith('Deployment', 'plain', { spec: { replicas: 0 } }),
  workloadWith('Deployment', 'limited', {
    spec: { replicas: 1 },
    containers: [app({ resources: { limits: { cpu: '2' } } })],
  }),
  workloadWith('Deployment', 'portless', {
    spec: { replicas: 0 },
    containers: [helper, { ...helper, name: 'other' }],
  }),
  workloadWith('Deployment', 'hooked', {
    containers: [
      app({
        lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } },
        readinessProbe: { httpGet: { port: 8080 } },
      }),
    ],
    podSpec: { terminationGracePeriodSeconds: 90 },
    spec: { paused: true, replicas: 0 },
  }),
  workloadWith('Deployment', 'at-once', { spec: { strategy: { type: 'Recreate' } } }),
  workloadWith('StatefulSet', 'store', {
    podSpec: { dnsConfig: { options: [{ name: 'ndots', value: '5' }, { name: 'edns0' }] } },
  }),
  workloadWith('DaemonSet', 'by-hand', {
    spec: { updateStrategy: { type: 'OnDelete' } },
    podSpec: { nodeSelector: { pool: 'none' } },
  }),
  workloadWith('DaemonSet', 'aws-node', {
    namespace: 'kube-system',
    podSpec: { tolerations: [everything] },
    containers: [
      {
        name: 'aws-node',
        image: 'registry.example/cni:1',
        env: [
          { name: 'AWS_VPC_ENI_MTU', value: '9001' },
          { name: 'AWS_VPC_K8S_CNI_RANDOMIZESNAT', value: 'hashrandom' },
          { name: 'AWS_VPC_K8S_CNI_LOGLEVEL', value: 'DEBUG' },
        ],
      },
    ],
  }),
  workloadWith('Deployment', 'on-c', {
    podSpec: {
      nodeSelector: { pool: 'drained' },
      tolerations: [{ key: 'pool', operator: 'Exists' }],
      volumes: [{ name: 'scratch', emptyDir: {} }],
    },
  }),
  pod('bare', { node: 'node-a', labels: { app: 'bare' } }),

  policy('cart-only', {
    podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['cart', 'basket'] }] },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ from: [{ podSelector: { matchLabels: { app: 'front' } } }] }],
  }),
  policy('not-for-plain', {
    podSelector: {
      matchExpressions: [
        { key: 'app', operator: 'Exists' },
        { key: 'app', operator: 'NotIn', values: ['plain'] },
      ],
    },
    policyTypes: ['Egress'],
    egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }],
  }),
  policy('netcheck-allow-dns-store', { podSelector: { matchLabels: { app: 'x' } }, policyTypes: ['Egress'] }),

  {
    apiVersion: 'crd.projectcalico.org/v1',
    kind: 'FelixConfiguration',
    metadata: { name: 'default' },
    spec: { logSeverityScreen: 'Info' },
  },
];
