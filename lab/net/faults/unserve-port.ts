import type { Sandbox } from '../sandbox.ts';
import type { Undo } from '../undo.ts';
import { addTable } from './rules.ts';

/** What whoever connects to it gets: a reset, an ICMP message (port unreachable), or silence. */
export type Unserved = 'refused' | 'rejected' | 'dropped';

/**
 * A TCP port of a node's own address leads nowhere any more, whatever is translated there otherwise: as where kube-proxy
 * has no rules for a NodePort, or a firewall stands before it. Connections that are there break, too.
 */
export function unservePort(
  sandbox: Sandbox,
  node: string,
  { port, as }: { readonly port: number; readonly as: Unserved },
): Promise<Undo> {
  const match = `fib daddr type local tcp dport ${port}`;
  // What is not tracked is not translated: it stays the node's own, and nobody listens there.
  const arriving = `${match} ct state untracked`;
  return addTable(sandbox, node, 'ip', [
    `chain prerouting { type filter hook prerouting priority raw; ${match} ${as === 'dropped' ? 'drop' : 'notrack'}; }`,
    ...(as === 'rejected'
      ? [
          `chain arriving { type filter hook input priority filter; ${arriving} reject with icmp port-unreachable; }`,
        ]
      : []),
  ]);
}
