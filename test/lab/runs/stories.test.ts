import { describeFix } from './fix.ts';
import { describeRuns } from './support.ts';

/** Beside look-alikes.test.ts, so that there are two labs at a time. `netcheck lab bench` runs every fault, several times. */
describeFix();

describeRuns('a published story, live', [
  'snat-race',
  'snat-exhaustion',
  'lb-unserved-ports',
  'source-port-filter',
  'overlay-degraded',
]);
