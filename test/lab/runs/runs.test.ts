import { describeRuns } from './support.ts';

/** In one file, so that there is one lab at a time. `netcheck lab bench` runs every fault. */
describeRuns('a published story, live', ['sidecar', 'snat-race', 'overlay-degraded']);

describeRuns('what looks like a story, and is something else', [
  'remote-closes',
  'certificate-expired',
  'slow-remote',
  'underlay-degraded',
  'mtu-black-hole',
]);
