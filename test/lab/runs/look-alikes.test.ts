import { describeRuns } from './support.ts';

describeRuns('what looks like a story, and is something else', [
  'remote-closes',
  'syn-loss',
  'backlog',
  'dead-backend',
  'underlay-degraded',
  'mtu-black-hole',
  'healthy',
]);
