import type { Sandbox } from '../sandbox.ts';
import type { Undo } from '../undo.ts';
import { addTable, between, type Ends } from './rules.ts';

/**
 * Connections to a TCP port are refused, by a reset as where nobody listens, or by ICMP (port unreachable) as
 * kube-proxy does for a service without endpoints. In the server's own namespace, or in one that passes packets on.
 */
export function refuse(
  sandbox: Sandbox,
  netns: string,
  { port, by = 'tcp-reset', ...ends }: Ends & { readonly port: number; readonly by?: 'tcp-reset' | 'icmp' },
): Promise<Undo> {
  const how = by === 'icmp' ? 'icmpx port-unreachable' : 'tcp reset';
  const rule = [...between(ends), `tcp dport ${port}`, `reject with ${how}`].join(' ');
  return addTable(sandbox, netns, 'inet', [
    `chain passing { type filter hook forward priority filter; ${rule}; }`,
    `chain arriving { type filter hook input priority filter; iifname "lo" accept; ${rule}; }`,
  ]);
}
