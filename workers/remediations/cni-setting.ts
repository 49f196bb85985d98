import { planEdit, type Edited } from './edit.ts';
import type { RemediationWork } from './remediation.ts';
import { nameOf, restartOf, withContainers, Workload, workloadNeeds, workloadRef } from './workload.ts';

const container = 'aws-node';

export const cniSetting: RemediationWork<'cni-setting'> = {
  needs: workloadNeeds,

  plan: ({ params: { name, value } }, objects) =>
    planEdit(
      objects,
      workloadRef({ kind: 'DaemonSet', name: 'aws-node' }, 'kube-system'),
      Workload,
      (workload) => edit(workload, name, value),
    ),
};

function edit(workload: Workload, name: string, value: string | undefined): Edited<Workload> {
  const found = workload.spec.template.spec.containers.find((one) => one.name === container);
  if (found === undefined) return { impossible: `${nameOf(workload)} has no container ${container}` };
  const given = found.env?.find((one) => one.name === name);
  if (given?.['valueFrom'] !== undefined)
    return { impossible: `${name} of ${nameOf(workload)} comes from elsewhere (valueFrom)` };
  if (given?.value === value && (given === undefined) === (value === undefined))
    return {
      done: `${nameOf(workload)} has ${value === undefined ? `no ${name}` : `${name}=${value}`} already`,
    };
  return {
    to: withContainers(workload, [container], ({ env = [], ...rest }) => {
      const wanted = withVariable(env, name, value);
      return { ...rest, ...(wanted.length > 0 && { env: wanted }) };
    }),
    effects: [
      restartOf(workload),
      'on a node where it restarts no pod can start for some seconds; those that run keep their network',
      ...(meaning[name]?.(value) ?? []),
    ],
  };
}

interface Variable {
  readonly [field: string]: unknown;
  readonly name: string;
  readonly value?: string | undefined;
}

/** In its place, or behind the others; `undefined` takes it away. */
function withVariable<V extends Variable>(
  env: readonly V[],
  name: string,
  value: string | undefined,
): (V | { name: string; value: string })[] {
  if (value === undefined) return env.filter((one) => one.name !== name);
  return env.some((one) => one.name === name)
    ? env.map((one) => (one.name === name ? { ...one, value } : one))
    : [...env, { name, value }];
}

/** What the plugin does with a setting (its README, amazon-vpc-cni-k8s). */
const meaning: Readonly<Record<string, (value: string | undefined) => readonly string[]>> = {
  AWS_VPC_K8S_CNI_EXTERNALSNAT: (value) =>
    value === 'true'
      ? [
          'pods reach hosts outside the VPC with their own address: without a NAT gateway on the way they reach none',
        ]
      : ['pods reach hosts outside the VPC with the address of their node'],
  AWS_VPC_K8S_CNI_RANDOMIZESNAT: (value) => [
    value === 'none'
      ? 'new connections to hosts outside the VPC keep their source port where it is free'
      : 'new connections to hosts outside the VPC get a source port at random',
  ],
};
