import { shares } from './shares.ts';
import { describeRuns } from './support.ts';

describeRuns('a far end or a host, and not the way between them', shares.farEndsAndHosts);
