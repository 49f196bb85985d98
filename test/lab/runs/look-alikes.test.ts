import { describeRuns } from './support.ts';

/** Those that were right at every seed that was tried so far; `netcheck lab bench` runs all. */
describeRuns('what looks like a story, and is something else', [
  'remote-closes',
  'certificate-expired',
  'slow-remote',
  'underlay-degraded',
  'mtu-black-hole',
]);
