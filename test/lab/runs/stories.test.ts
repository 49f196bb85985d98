import { describeRuns } from './support.ts';

describeRuns('a published story, live', [
  'sidecar',
  'snat-race',
  'snat-exhaustion',
  'lb-unserved-ports',
  'source-port-filter',
  'overlay-degraded',
]);
