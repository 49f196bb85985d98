import { describeRuns } from './support.ts';

describeRuns('a published story, live', ['sidecar', 'snat-race', 'overlay-degraded']);
