import type { Sandbox } from '../sandbox.ts';
import type { Undo } from '../undo.ts';
import { addTable } from './rules.ts';

/**
 * A sidecar's share of a pod, as linkerd-init sets it up: what the pod sends to these TCP ports goes to the proxy on
 * `proxyPort` of the pod instead, except what the proxy's own user sends and what stays on loopback.
 */
export function redirectToProxy(
  sandbox: Sandbox,
  pod: string,
  {
    ports,
    proxyPort,
    exceptUid,
  }: { readonly ports: readonly number[]; readonly proxyPort: number; readonly exceptUid: number },
): Promise<Undo> {
  return addTable(sandbox, pod, 'ip', [
    'chain output {',
    'type nat hook output priority -100',
    `meta skuid ${exceptUid} accept`,
    'oifname "lo" accept',
    `tcp dport { ${ports.join(', ')} } redirect to :${proxyPort}`,
    '}',
  ]);
}
