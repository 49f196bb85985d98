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
  readonly asked: Readonly<Record<string, string>>;
}

/** A pod that runs one prober and passes PodSecurity "restricted", unless it needs the node's network. */
export function probePod(wish: PodWish): object {
  const { name, namespace, node, hostNetwork, meshed, deadline } = wish;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      labels: {
        ...probeLabels,
        'sidecar.istio.io/inject': String(meshed),
        ...(!meshed && { 'istio.io/dataplane-mode': 'none' }),
      },
      annotations: {
        ...wish.asked,
        'linkerd.io/inject': meshed ? 'enabled' : 'disabled',
        [overAnnotation]: String(wish.now + deadline * 1000),
      },
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
      securityContext: {
        ...(hostNetwork ? { runAsUser: 0 } : { runAsNonRoot: true, runAsUser: probeUser }),
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [
        {
          ...prober(wish.image, wish.task),
          name: containerName,
          securityContext: hostNetwork ? { ...confined, capabilities: onNode } : confined,
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
      runAsUser: uid ?? probeUser,
      seccompProfile: { type: 'RuntimeDefault' },
    },
  };
}

/** Nobody else's. */
const probeUser = 65_532;

/** What mtr, ping and conntrack take; only pods on the network of a node have it, whose class is granted on its own. */
const onNode = { drop: ['ALL'], add: ['NET_ADMIN', 'NET_RAW'] };

const confined = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

function prober(image: string, task: string): object {
  return {
    image,
    imagePullPolicy: 'IfNotPresent',
    // It shares the memory of the pod that it is added to.
    command: ['node', '--max-old-space-size=64', 'prober/main.ts'],
    // Kubernetes reads $(…) in arguments, unless the sign is doubled.
    args: [task.replaceAll('$', '$$$$')],
    terminationMessagePolicy: 'File',
  };
}
