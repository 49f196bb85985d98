import type { Sandbox } from '../sandbox.ts';
import { setSysctls } from '../sysctls.ts';
import { once, type Undo } from '../undo.ts';
import { addTable } from './rules.ts';

/**
 * A stateful firewall that forgets: a TCP connection that was silent for this many seconds is passed on no more, and
 * nobody is told. In a namespace that passes packets on. Connections that are older than the fault are forgotten, too.
 */
export async function idleTimeout(
  sandbox: Sandbox,
  netns: string,
  { seconds }: { readonly seconds: number },
): Promise<Undo> {
  const remember = await setSysctls(sandbox, netns, {
    'net.netfilter.nf_conntrack_tcp_timeout_established': seconds,
    // A packet in the middle of a connection it does not know is not a new connection.
    'net.netfilter.nf_conntrack_tcp_loose': 0,
  });
  const admit = await addTable(sandbox, netns, 'inet', [
    'chain passing { type filter hook forward priority filter; meta l4proto tcp ct state invalid drop; }',
  ]);
  return once(async () => {
    await admit();
    await remember();
  });
}
