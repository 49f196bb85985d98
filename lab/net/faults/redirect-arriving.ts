import type { Sandbox } from '../sandbox.ts';
import type { Undo } from '../undo.ts';
import { addTable } from './rules.ts';

/** What comes to a port of a machine, TCP or UDP, is another port's of the same machine, unseen by whoever sends it. */
export function redirectArriving(
  sandbox: Sandbox,
  netns: string,
  { port, to }: { readonly port: number; readonly to: number },
): Promise<Undo> {
  return addTable(sandbox, netns, 'ip', [
    `chain arriving { type nat hook prerouting priority dstnat; meta l4proto { tcp, udp } th dport ${port} redirect to :${to}; }`,
  ]);
}
