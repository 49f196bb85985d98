import { farEnd } from '../far-end.ts';
import type { Run } from '../run.ts';

/** Connects, again and again, from the source ports that were asked for, if any. */
export async function probe(run: Run): Promise<void> {
  await run.each(await farEnd(run));
}
