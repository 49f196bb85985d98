import type { Sandbox } from '../sandbox.ts';
import { once, type Undo } from '../undo.ts';

/** Which packets a fault is about: all that say what is named here. Addresses may be networks, as in `10.244.0.0/16`. */
export interface Ends {
  readonly from?: string;
  readonly to?: string;
}

let count = 0;

/** A table of rules of its own in a network namespace: undone without a trace, whatever else is there. */
export async function addTable(
  sandbox: Sandbox,
  netns: string,
  family: 'ip' | 'inet',
  chains: readonly string[],
): Promise<Undo> {
  const table = `${family} fault_${++count}`;
  await sandbox.run(['nft', '-f', '-'], { netns, input: `table ${table} {\n${chains.join('\n')}\n}\n` });
  return once(async () => {
    await sandbox.run(['nft', 'delete', 'table', ...table.split(' ')], { netns });
  });
}

/**
 * Drops what matches, without a word to anyone. A namespace's packets meet the rule once: where it sends or passes them
 * on, after a service's address became a pod's and before the pod's becomes the node's, or where it receives them.
 * A namespace knows of what it drops itself: its own UDP `send` fails with EPERM. Lose packets on their way instead, in
 * the node or the fabric.
 */
export async function drop(
  sandbox: Sandbox,
  netns: string,
  match: readonly string[],
  share = 1,
): Promise<Undo> {
  const rule = [...match, ...chance(share), 'drop'].join(' ');
  return addTable(sandbox, netns, 'inet', [
    `chain leaving { type filter hook postrouting priority mangle; oifname "lo" accept; ${rule}; }`,
    `chain arriving { type filter hook input priority mangle; iifname "lo" accept; ${rule}; }`,
  ]);
}

export function between({ from, to }: Ends): readonly string[] {
  return [
    ...(from === undefined ? [] : [`ip saddr ${from}`]),
    ...(to === undefined ? [] : [`ip daddr ${to}`]),
  ];
}

/** In ten-thousandths: finer than any test can tell. */
function chance(share: number): readonly string[] {
  const of = 10_000;
  const size = Math.round(share * of);
  if (!(size > 0 && size <= of)) throw new Error(`Unexpected share ${share}, expected one in 0 to 1`);
  return size === of ? [] : [`numgen random mod ${of} < ${size}`];
}
