import type { RemediationParams } from '../../core/remediation/kinds.ts';
import type { Edited } from './edit.ts';
import type { RemediationWork } from './remediation.ts';
import { editsWorkload, nameOf, restartOf, withPodSpec, type Workload } from './workload.ts';

export const podDnsOption: RemediationWork<'pod-dns-option'> =
  editsWorkload<RemediationParams<'pod-dns-option'>>(edit);

function edit(
  workload: Workload,
  { option, value }: { readonly option: Option; readonly value?: number | undefined },
): Edited<Workload> {
  const text = value === undefined ? option : `${option}:${value}`;
  const options = workload.spec.template.spec.dnsConfig?.options ?? [];
  const given = options.find(({ name }) => name === option);
  const wanted = { name: option, ...(value !== undefined && { value: String(value) }) };
  if (given !== undefined && given.value === wanted.value)
    return { done: `the pods of ${nameOf(workload)} resolve with ${text} already` };
  const changed =
    given === undefined ? [...options, wanted] : options.map((one) => (one === given ? wanted : one));
  return {
    to: withPodSpec(workload, (spec) => ({ ...spec, dnsConfig: { ...spec.dnsConfig, options: changed } })),
    effects: [restartOf(workload), meaning[option](value)],
  };
}

type Option = 'ndots' | 'single-request-reopen' | 'use-vc';

/** What the resolver does with an option: resolv.conf(5). */
const meaning: Readonly<Record<Option, (value: number | undefined) => string>> = {
  ndots: (dots = 1) =>
    `a name with ${dots} or more dots is asked for as it stands first; short names of Services with as many dots need one more answer`,
  'single-request-reopen': () =>
    'the A and AAAA questions of a name leave one after the other, each from a port of its own',
  'use-vc': () =>
    'names are asked for over TCP: one more round trip each, and DNS servers keep more connections',
};
