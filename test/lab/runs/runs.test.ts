import { describeFix } from './fix.ts';
import { describeRuns } from './support.ts';

/** In one file, so that there is one lab at a time. `netcheck lab bench` runs every fault. */
describeFix();

describeRuns('a published story, live', [
  'snat-race',
  'snat-exhaustion',
  'lb-unserved-ports',
  'source-port-filter',
  'overlay-degraded',
]);

describeRuns('what looks like a story, and is something else', [
  'remote-closes',
  'dead-backend',
  'backlog',
  'underlay-degraded',
  'mtu-black-hole',
  'healthy',
]);
