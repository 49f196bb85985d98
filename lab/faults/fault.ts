import type { Lab } from '../lab.ts';
import type { Undo } from '../net/undo.ts';
import type { Random } from '../random.ts';
import type { Calls } from './support/checkout.ts';

/** How badly something is broken: what its number counts, and between which of them a seed draws. */
export interface Size {
  /** As in `share of the SYNs`. */
  readonly of: string;
  readonly least: number;
  readonly most: number;
  /** Below it nothing is broken at all; above 0 unless told. */
  readonly lowest?: number;
  /** What cannot be exceeded; shares are not above 1. */
  readonly highest?: number;
  /** `scaled`: as often between 1 and 10 as between 10 and 100; else whole numbers, evenly. */
  readonly drawn: 'scaled' | 'whole';
  /** Which sizes are weaker than any that a seed draws, and so may be too weak to prove: below the least or above the most. */
  readonly weaker?: 'below' | 'above';
}

/** Something that can be broken in the lab. A seed chooses how badly, and whom it hits. */
export interface Fault {
  /** As in `netcheck lab run syn-loss`. */
  readonly id: string;
  /** What is broken, in a line of `netcheck lab list`. */
  readonly title: string;
  /** Which published story it is, if any. */
  readonly story?: 'Xendit' | 'Prezi' | 'Saltside' | 'Narrowing down' | 'AppOptics';
  /** What somebody on call would type after `/netcheck`, knowing only the symptom. */
  readonly ask: string;
  /** Ids of the causes that must be concluded; none: that it is not the network. */
  readonly causes: readonly string[];
  /** Causes that are true as well then, so that naming them accuses nobody wrongly. */
  readonly alsoTrue?: readonly string[];
  readonly size?: Size;
  /** What checkout had better call from the start: injecting it changes that otherwise, which takes seconds. */
  readonly calls?: Calls;
  /** What it needs of the machine beyond namespaces: undefined, or why it cannot be done here. */
  unfit?(lab: Lab): Promise<string | undefined> | string | undefined;
  /** Resolves when it is in force. A size that is not given is drawn. */
  inject(lab: Lab, random: Random, size?: number): Promise<Injected>;
}

export interface Injected {
  /** What was done, with its size, as in `2.4 % of the SYNs from node-a to 203.0.113.10 are lost`. */
  readonly said: string;
  /** Whom the conclusion has to name, as part of its culprit or its reason: all of these. */
  readonly names?: readonly string[];
  /** Resolves when whatever would show it has had the time to, where that is later: several faults take it at once. */
  readonly shown?: () => Promise<unknown>;
  readonly undo: Undo;
}
