import type { Sandbox } from '../sandbox.ts';
import type { Undo } from '../undo.ts';
import { addTable, between, type Ends } from './rules.ts';

/** `random` chooses by a hash of the connection, `fully-random` anew each time: both from 1024 to 65535. */
export type SnatPorts = readonly [lowest: number, highest: number] | 'random' | 'fully-random';

/**
 * The node's own way to masquerade TCP, before the topology's: from these ports only, so that they run out, or from
 * ports chosen at random, which is the mend of the race for one.
 */
export function snatPorts(
  sandbox: Sandbox,
  node: string,
  { ports, ...ends }: Ends & { readonly ports: SnatPorts },
): Promise<Undo> {
  const how = typeof ports === 'string' ? `masquerade ${ports}` : `masquerade to :${ports.join('-')}`;
  const rule = [...between(ends), 'meta l4proto tcp', how].join(' ');
  return addTable(sandbox, node, 'ip', [
    `chain postrouting { type nat hook postrouting priority srcnat - 1; ${rule}; }`,
  ]);
}
