import type { Sandbox } from '../sandbox.ts';
import { setSysctls } from '../sysctls.ts';
import { once, type Undo } from '../undo.ts';
import { addTable } from './rules.ts';

/**
 * A stateful firewall that forgets: a TCP connection that was silent for this many seconds is passed on no more, and
 * nobody is told; those of one address only, where one is named. In a namespace that passes packets on. Connections that
 * are older than the fault are forgotten, too.
 */
export async function idleTimeout(
  sandbox: Sandbox,
  netns: string,
  { seconds, with: address }: { readonly seconds: number; readonly with?: string },
): Promise<Undo> {
  const remember = await setSysctls(sandbox, netns, {
    'net.netfilter.nf_conntrack_tcp_timeout_established': seconds,
    // A packet in the middle of a connection it does not know is not a new connection.
    'net.netfilter.nf_conntrack_tcp_loose': 0,
  });
  const ends = address === undefined ? [''] : [`ip saddr ${address}`, `ip daddr ${address}`];
  const rules = ends.map((end) => `${end} meta l4proto tcp ct state invalid drop;`);
  const admit = await addTable(sandbox, netns, 'inet', [
    `chain passing { type filter hook forward priority filter; ${rules.join(' ')} }`,
  ]);
  return once(async () => {
    await admit();
    await remember();
  });
}
