import type { Fault } from './fault.ts';

/** All that can be broken, in the order of `netcheck lab list`. */
export const faults: readonly Fault[] = [];
