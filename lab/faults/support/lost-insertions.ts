import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab } from '../../lab.ts';
import type { Undo } from '../../net/undo.ts';

/** Seconds until so many are lost: they are read once a second. */
const patience = 60;
/** A sign that nobody overlooks. */
const enough = 30;
/** Seconds in which as much happens as of a strong fault. */
const weakSeconds = 20;

/** How many insertions a node's conntrack had lost some seconds ago: nobody asks in the very second in which it begins. */
async function lostInsertions(lab: Lab, node: string): Promise<number> {
  const [sample] = await lab.query(`node_nf_conntrack_stat_insert_failed{node="${node}"} offset 3s`);
  return sample?.value ?? 0;
}

/** Does something that costs a node insertions into conntrack, and waits until some are lost; for a while, if it is too `weak` for that. */
export async function untilInsertionsAreLost(
  lab: Lab,
  node: string,
  act: () => Promise<Undo>,
  weak = false,
): Promise<Undo> {
  const before = await lostInsertions(lab, node);
  const undo = await act();
  if (weak) {
    await sleep(weakSeconds * 1000);
    return undo;
  }
  const isSeen = async (): Promise<boolean> => (await lostInsertions(lab, node)) >= before + enough;
  try {
    await lab.until(`${enough} lost insertions on ${node}`, isSeen, patience);
  } catch (error) {
    await undo();
    throw error;
  }
  return undo;
}
