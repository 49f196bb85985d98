import { CliError } from '../error.ts';
import { say } from '../../prober/guard.ts';
import { unexpected } from './values.ts';

/** Where one arm is to run, as it was typed. */
export type Source =
  | { readonly kind: 'local'; readonly from: string }
  | { readonly kind: 'pod'; readonly from: string; readonly name: string; readonly pastSidecar: boolean }
  | { readonly kind: 'node'; readonly from: string; readonly name: string; readonly network: NodeNetwork };
type NodeNetwork = 'host' | 'pod' | 'meshed';

export interface FromFlags {
  readonly from?: readonly string[];
  readonly namespace?: string;
  readonly pastSidecar?: boolean;
  readonly podNetwork?: boolean;
  readonly meshed?: boolean;
}

/** Arms that run side by side. */
const mostArms = 8;
const forms =
  'local, pod/<name>, pod/<name>:past-sidecar, node/<name>, node/<name>:pod-network or node/<name>:meshed';

/** Reads every --from; a flag for pods or nodes counts for all of them that do not say otherwise. Throws CliError. */
export function parseSources(flags: FromFlags): readonly Source[] {
  const sources = (flags.from ?? ['local']).map((text) => parseSource(text, flags));
  if (sources.length > mostArms)
    throw new CliError(`--from: Unexpected ${sources.length} places, expected up to ${mostArms}`, 2);
  const twice = sources.find(({ from }, index) => sources.findIndex((one) => one.from === from) < index);
  if (twice !== undefined) throw new CliError(`--from: ${twice.from} is named twice`, 2);
  checkFlags(sources, flags);
  return sources;
}

/** What stands in a heading. */
export function titleOf(source: Source): string {
  switch (source.kind) {
    case 'local':
      return 'this machine';
    case 'pod':
      return source.pastSidecar ? `pod/${source.name} past its sidecar` : `pod/${source.name}`;
    case 'node': {
      const of = { host: '', pod: ', a pod on it', meshed: ', a meshed pod on it' }[source.network];
      return `node/${source.name}${of}`;
    }
  }
}

function parseSource(text: string, flags: FromFlags): Source {
  if (text === 'local') return { kind: 'local', from: text };
  const [, kind, name = '', , variant] =
    /^(pod|node)\/([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?)(?::([a-z-]+))?$/.exec(text) ?? [];
  if (kind === 'pod' && (variant === undefined || variant === 'past-sidecar')) {
    const pastSidecar = variant !== undefined || flags.pastSidecar === true;
    return { kind, name, pastSidecar, from: pastSidecar ? `pod/${name}:past-sidecar` : text };
  }
  const network = kind === 'node' ? networkOf(variant, flags) : undefined;
  if (network === undefined) throw unexpected('--from', text, forms);
  const of = { host: '', pod: ':pod-network', meshed: ':meshed' }[network];
  return { kind: 'node', name, network, from: `node/${name}${of}` };
}

function networkOf(variant: string | undefined, { podNetwork, meshed }: FromFlags): NodeNetwork | undefined {
  if (variant === 'meshed') return 'meshed';
  if (variant === 'pod-network') return 'pod';
  if (variant !== undefined) return undefined;
  if (meshed === true) return 'meshed';
  return podNetwork === true ? 'pod' : 'host';
}

/** A flag that changes nothing is a mistake of whoever set it. */
function checkFlags(sources: readonly Source[], flags: FromFlags): void {
  const needs = (flag: string, kind: 'pod' | 'node'): void => {
    if (!sources.some((one) => one.kind === kind))
      throw new CliError(`${flag}: Unexpected without --from ${kind}/<name>`, 2);
  };
  if (flags.pastSidecar === true) needs('--past-sidecar', 'pod');
  if (flags.podNetwork === true) needs('--pod-network', 'node');
  if (flags.meshed === true) needs('--meshed', 'node');
  if (flags.namespace === undefined) return;
  needs('--namespace', 'pod');
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(flags.namespace))
    throw new CliError(
      `--namespace: Unexpected ${say(flags.namespace)}, expected the name of a namespace`,
      2,
    );
}
