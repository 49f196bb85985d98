import { describeRuns } from './support.ts';

/** Beside the stories in a lab of its own. `netcheck lab bench` runs every fault. */
describeRuns('what looks like a story, and is something else', [
  'remote-closes',
  'dead-backend',
  'backlog',
  'conntrack-full',
  'underlay-degraded',
  'mtu-black-hole',
  'cpu-starvation',
  'healthy',
]);
