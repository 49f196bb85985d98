import type { RemediationParams } from '../../core/remediation/kinds.ts';
import type { Edited } from './edit.ts';
import type { RemediationWork } from './remediation.ts';
import {
  editsWorkload,
  nameOf,
  podAnnotationOf,
  restartOf,
  withPodAnnotation,
  type Workload,
} from './workload.ts';

export const podAnnotation: RemediationWork<'pod-annotation'> =
  editsWorkload<RemediationParams<'pod-annotation'>>(edit);

function edit(
  workload: Workload,
  { name, value }: { readonly name: string; readonly value?: string | undefined },
): Edited<Workload> {
  const before = podAnnotationOf(workload, name);
  const after = isListOfPorts(name) && value !== undefined ? union(before, value) : value;
  if (before === after)
    return {
      done: `the pods of ${nameOf(workload)} have ${value === undefined ? 'no ' : ''}${settingText(name, value)} already`,
    };
  return {
    to: withPodAnnotation(workload, name, after),
    effects: [restartOf(workload), ...(meaning[name]?.(value) ?? [])],
  };
}

/** What such an annotation names already is there for a reason, and stays. */
function isListOfPorts(name: string): boolean {
  return /ports$/i.test(name);
}

function union(before: string | undefined, more: string): string {
  return [...new Set([...(before?.split(',') ?? []), ...more.split(',')])].join(',');
}

function settingText(name: string, value: string | undefined): string {
  return value === undefined ? name : `${name}: ${value}`;
}

type Meaning = (value: string | undefined) => readonly string[];

const goesRound: Meaning = (ports) =>
  ports === undefined
    ? ['the proxy takes these connections again']
    : [`connections to port ${ports} lose mTLS, policy and TCP metrics, to meshed services as well`];

const injects: Meaning = (value) =>
  value === 'enabled' || value === 'true'
    ? ['a proxy of the mesh is put into each pod']
    : value === undefined
      ? ['whether the pods get a proxy is for the namespace to say']
      : ['the pods leave the mesh: no mTLS, no policy, no metrics of it, and who demands mTLS refuses them'];

/** What it costs to set an annotation. */
const meaning: Readonly<Record<string, Meaning>> = {
  'config.linkerd.io/skip-outbound-ports': goesRound,
  'traffic.sidecar.istio.io/excludeOutboundPorts': goesRound,
  'config.linkerd.io/opaque-ports': (ports) =>
    ports === undefined
      ? ['the proxy finds out the protocol of these connections again']
      : [`port ${ports} is treated as TCP: no metrics, retries or routes by request`],
  'config.linkerd.io/proxy-outbound-connect-timeout': (time) =>
    time === undefined
      ? ['the proxy waits for a connection as long as the mesh says']
      : [`the proxy waits up to ${time} for a connection, and so do callers of hosts that are gone`],
  'linkerd.io/inject': injects,
  'sidecar.istio.io/inject': injects,
};
