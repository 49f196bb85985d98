import type { Random } from '../../random.ts';
import type { Fault, Size } from '../fault.ts';

/** The size that was asked for, or one that the seed draws. */
export function drawSize({ drawn, least, most }: Size, random: Random, given: number | undefined): number {
  return given ?? (drawn === 'scaled' ? random.scaled(least, most) : random.whole(least, most));
}

/** Whether a fault of this size may be too weak to prove: then it is enough that netcheck does not call it ruled out. */
export function isWeak({ size }: Fault, given: number | undefined): boolean {
  if (size?.weaker === undefined || given === undefined) return false;
  return size.weaker === 'below' ? given < size.least : given > size.most;
}
