import type { Fault } from './fault.ts';
import { forgotten } from './idle-timeout.ts';
import { mtuBlackHole } from './mtu-black-hole.ts';
import { overlayDegraded } from './overlay-degraded.ts';
import { underlayDegraded } from './underlay-degraded.ts';

/** All that can be broken, in the order of `netcheck lab list`. */
export const faults: readonly Fault[] = [overlayDegraded, underlayDegraded, mtuBlackHole, forgotten];
