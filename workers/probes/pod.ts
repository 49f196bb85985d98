/** Who made a pod, for whoever finds it: people, and the sweeper. */
export const probeLabels = {
  'app.kubernetes.io/name': 'netcheck',
  'app.kubernetes.io/component': 'probe',
  'app.kubernetes.io/managed-by': 'netcheck',
} as const;
export const probeSelector = Object.entries(probeLabels)
  .map(([key, value]) => `${key}=${value}`)
  .join(',');
/** When it must be over, in unix milliseconds. */
export const overAnnotation = 'netcheck.dev/over-at';
export const containerName = 'prober';

export interface PodWish {
  readonly name: string;
  readonly namespace: string;
  readonly image: string;
  readonly node: string;
  readonly hostNetwork: boolean;
  readonly meshed: boolean;
  readonly task: string;
  /** Seconds after which the kubelet ends it. */
  readonly deadline: number;
  /** Unix milliseconds. */
  readonly now: number;
  /** The pod of the worker: when that goes, so does this. */
  readonly owner?: { readonly name: string; readonly uid: string };
  readonly asked: Readonly<Record<string, string>>;
}

/** A pod that runs one prober and passes PodSecurity "restricted", unless it needs the node's network. */
export function probePod(wish: PodWish): object {
  const { name, namespace, node, hostNetwork, meshed, deadline, owner } = wish;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      labels: { ...probeLabels, 'sidecar.istio.io/inject': String(meshed) },
      annotations: {
        ...wish.asked,
        'linkerd.io/inject': meshed ? 'enabled' : 'disabled',
        [overAnnotation]: String(wish.now + deadline * 1000),
      },
      ...(owner !== undefined && {
        ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: owner.name, uid: owner.uid }],
      }),
    },
    spec: {
      // On that node and no other, cordoned or not: the scheduler is not asked.
      nodeName: node,
      tolerations: [{ operator: 'Exists' }],
      restartPolicy: 'Never',
      activeDeadlineSeconds: deadline,
      terminationGracePeriodSeconds: 2,
      enableServiceLinks: false,
      automountServiceAccountToken: false,
      ...(hostNetwork && { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' }),
      securityContext: { runAsNonRoot: true, runAsUser: 65_532, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          ...prober(wish.image, wish.task),
          name: containerName,
          securityContext: confined,
          resources: {
            requests: { cpu: '50m', memory: '64Mi' },
            limits: { cpu: '1', memory: '256Mi' },
          },
        },
      ],
    },
  };
}

/** A container that is added to a pod; its own program ends it, since nothing else can. */
export function probeContainer(name: string, image: string, task: string, uid: number | undefined): object {
  return {
    ...prober(image, task),
    name,
    securityContext: {
      ...confined,
      runAsNonRoot: true,
      runAsUser: uid ?? 65_532,
      seccompProfile: { type: 'RuntimeDefault' },
    },
  };
}

const confined = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

function prober(image: string, task: string): object {
  return {
    image,
    imagePullPolicy: 'IfNotPresent',
    command: ['node', 'prober/main.ts'],
    args: [task],
    terminationMessagePolicy: 'File',
  };
}
