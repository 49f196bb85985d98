import { describeRuns } from './support.ts';

describeRuns('what looks like a story, and is something else', [
  'remote-closes',
  'syn-loss',
  'backlog',
  'dead-backend',
  'underlay-degraded',
  'mtu-black-hole',
  'idle-timeout',
  'slow-remote',
  'certificate-expired',
]);

describeRuns('what somebody set up wrongly', [
  'wrong-target-port',
  'stale-node-rules',
  'network-policy',
  'ingress-policy',
]);

describeRuns('nothing', ['healthy']);
