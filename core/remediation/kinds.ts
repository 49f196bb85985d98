import * as z from 'zod';

/*
 * The changes that netcheck can make. A playbook names one of them and fills in its parameters, never a patch; whatever
 * is not listed here cannot be asked for.
 */

const name = z.string().regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, {
  error: 'expected the name of an object',
});

const whole = (least: number, most: number, what: string) =>
  z
    .string()
    .regex(/^\d{1,9}$/, { error: `expected ${what} from ${least} to ${most}` })
    .transform(Number)
    .refine((value) => value >= least && value <= most, {
      error: `expected ${what} from ${least} to ${most}`,
    });

const workloadKinds = ['Deployment', 'StatefulSet', 'DaemonSet'] as const;

/** `Deployment/checkout`, or with a namespace other than the target's `kube-system/DaemonSet/aws-node`. */
const workload = z
  .string()
  .regex(new RegExp(`^([a-z0-9-]+/)?(${workloadKinds.join('|')})/[a-z0-9.-]+$`), {
    error: 'expected a workload such as Deployment/checkout or kube-system/DaemonSet/aws-node',
  })
  .transform((text) => {
    const parts = text.split('/');
    const [kind, workloadName] = parts.slice(-2) as [(typeof workloadKinds)[number], string];
    return { kind, name: workloadName, ...(parts.length === 3 && { namespace: parts[0] ?? '' }) };
  });

/** `app=cart,tier=web` */
const selector = z
  .string()
  .regex(/^[^=,\s]+=[^=,]*(,[^=,\s]+=[^=,]*)*$/, { error: 'expected a selector such as app=cart,tier=web' })
  .transform((text): Record<string, string> =>
    Object.fromEntries(text.split(',').map((pair) => pair.split('=') as [string, string])),
  );

/** A number, or the name of a container port. */
const port = z
  .string()
  .regex(/^(\d{1,5}|[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?)$/, { error: 'expected a port, by number or name' })
  .transform((text) => (/^\d+$/.test(text) ? Number(text) : text))
  .refine((value) => typeof value === 'string' || (value >= 1 && value <= 65_535), {
    error: 'expected a port from 1 to 65535',
  });

const protocol = z.enum(['TCP', 'UDP'], { error: 'expected TCP or UDP' });

/** The pod-template annotations that may be set, and what each may say. They are those of the service meshes. */
export const podAnnotations = {
  'config.linkerd.io/skip-outbound-ports': /^\d{1,5}(-\d{1,5})?(,\d{1,5}(-\d{1,5})?)*$/,
  'config.linkerd.io/opaque-ports': /^\d{1,5}(-\d{1,5})?(,\d{1,5}(-\d{1,5})?)*$/,
  'config.linkerd.io/proxy-outbound-connect-timeout': /^\d{1,6}(ms|s)$/,
  'linkerd.io/inject': /^(enabled|disabled)$/,
  'traffic.sidecar.istio.io/excludeOutboundPorts': /^\d{1,5}(,\d{1,5})*$/,
  'sidecar.istio.io/inject': /^(true|false)$/,
} as const satisfies Record<string, RegExp>;

/** The settings of the AWS VPC CNI (DaemonSet kube-system/aws-node) that may be set, and what each may say. */
export const cniSettings = {
  AWS_VPC_K8S_CNI_EXTERNALSNAT: /^(true|false)$/,
  AWS_VPC_K8S_CNI_RANDOMIZESNAT: /^(prng|hashrandom|none)$/,
} as const satisfies Record<string, RegExp>;

function settingOf(allowed: Readonly<Record<string, RegExp>>, what: string) {
  return {
    name: z.enum(Object.keys(allowed) as [string, ...string[]], {
      error: `expected ${what}: ${Object.keys(allowed).join(', ')}`,
    }),
    /** Absent: it is taken away. */
    value: z.string().optional(),
  };
}

const fits =
  (allowed: Readonly<Record<string, RegExp>>) =>
  ({ name: key, value }: { name: string; value?: string | undefined }): boolean =>
    value === undefined || allowed[key]?.test(value) === true;

interface Kind {
  readonly title: string;
  /** Causes that this change is known to bring about or lay open: looked for when it is checked. */
  readonly watch: readonly string[];
  readonly params: z.ZodType;
}

export const remediationKinds = {
  'service-selector': {
    title: "Change the Service's selector",
    watch: [],
    params: z.strictObject({ selector }),
  },
  'service-target-port': {
    title: "Change the Service's targetPort",
    watch: [],
    params: z.strictObject({ target_port: port }),
  },
  'service-traffic-policy': {
    title: "Change the Service's externalTrafficPolicy",
    watch: [],
    params: z.strictObject({ policy: z.enum(['Cluster', 'Local'], { error: 'expected Cluster or Local' }) }),
  },
  'pod-annotation': {
    title: 'Set an annotation of the pods',
    watch: ['syn-loss', 'snat-port-race'],
    params: z
      .strictObject({ workload, ...settingOf(podAnnotations, 'an annotation that netcheck may set') })
      .refine(fits(podAnnotations), { error: 'expected a value that this annotation can have' }),
  },
  'cni-setting': {
    title: 'Set an option of the AWS VPC CNI',
    watch: ['source-port-filter'],
    params: z
      .strictObject(settingOf(cniSettings, 'a setting that netcheck may change'))
      .refine(fits(cniSettings), { error: 'expected a value that this setting can have' }),
  },
  'pod-dns-option': {
    title: "Set an option of the pods' resolver",
    watch: [],
    params: z
      .strictObject({
        workload,
        option: z.enum(['ndots', 'single-request-reopen', 'use-vc'], {
          error: 'expected ndots, single-request-reopen or use-vc',
        }),
        value: whole(1, 15, 'a number').optional(),
      })
      .refine(({ option, value }) => (option === 'ndots') === (value !== undefined), {
        error: 'expected a value for ndots, and none for the others',
      }),
  },
  'graceful-shutdown': {
    title: 'Let the pods drain before they end',
    watch: [],
    params: z
      .strictObject({
        workload,
        pre_stop_seconds: whole(1, 120, 'seconds'),
        grace_seconds: whole(10, 600, 'seconds'),
      })
      .refine((given) => given.grace_seconds > given.pre_stop_seconds, {
        error: 'expected grace_seconds above pre_stop_seconds',
      }),
  },
  'readiness-probe': {
    title: 'Give the pods a readiness probe',
    watch: [],
    params: z.strictObject({ workload, port }),
  },
  'allow-dns': {
    title: 'Add a NetworkPolicy that admits DNS',
    watch: [],
    params: z.strictObject({ workload }),
  },
  'allow-ingress': {
    title: 'Add a NetworkPolicy that admits the callers',
    watch: [],
    params: z.strictObject({
      workload,
      from_namespace: name,
      from: selector,
      port,
      protocol: protocol.default('TCP'),
    }),
  },
  scale: {
    title: 'Change the number of replicas',
    watch: [],
    params: z.strictObject({ workload, replicas: whole(1, 50, 'replicas') }),
  },
  'rollout-restart': {
    title: 'Restart the pods, one after another',
    watch: [],
    params: z.strictObject({ workload }),
  },
  'restart-daemonset-pod': {
    title: "Restart a DaemonSet's pod on one node",
    watch: [],
    params: z.strictObject({ workload, node: name }),
  },
  cordon: {
    title: 'Let no more pods onto the node',
    watch: [],
    params: z.strictObject({ node: name }),
  },
  uncordon: {
    title: 'Let pods onto the node again',
    watch: [],
    params: z.strictObject({ node: name }),
  },
  drain: {
    title: 'Move the pods off the node',
    watch: [],
    params: z.strictObject({ node: name }),
  },
  'cpu-limit': {
    title: 'Change the CPU limit of a container',
    watch: [],
    params: z.strictObject({
      workload,
      container: name,
      limit: z.string().regex(/^(\d{1,3}(\.\d{1,3})?|\d{1,6}m|none)$/, {
        error: 'expected a quantity of CPU such as 500m or 2, or none',
      }),
    }),
  },
  'nat-port-range': {
    title: "Keep Calico's translation in a range of ports",
    watch: ['snat-port-exhaustion'],
    params: z.strictObject({
      range: z
        .string()
        .regex(/^\d{4,5}:\d{4,5}$/, { error: 'expected a range such as 32768:65535' })
        .refine(
          (text) => {
            const [low = 0, high = 0] = text.split(':').map(Number);
            return low >= 1024 && high <= 65_535 && high - low >= 1000;
          },
          { error: 'expected at least 1000 ports between 1024 and 65535' },
        ),
    }),
  },
  manual: {
    title: 'Change by hand',
    watch: [],
    params: z.strictObject({ commands: z.string().min(1) }),
  },
} as const satisfies Record<string, Kind>;

export type RemediationId = keyof typeof remediationKinds;
export const RemediationId = z.enum(Object.keys(remediationKinds) as [RemediationId, ...RemediationId[]]);

/** The parameters of a remediation, checked and read. */
export type RemediationParams<Id extends RemediationId = RemediationId> = z.output<
  (typeof remediationKinds)[Id]['params']
>;

export function isRemediationId(id: string): id is RemediationId {
  return Object.hasOwn(remediationKinds, id);
}

/** What a remediation has to be told, and which of it may be left out. */
export function paramsOf(
  id: RemediationId,
): readonly { readonly name: string; readonly optional: boolean }[] {
  const { shape } = remediationKinds[id].params as z.ZodObject;
  return Object.entries(shape).map(([key, type]) => ({
    name: key,
    optional: (type as z.ZodType).safeParse(undefined).success,
  }));
}
