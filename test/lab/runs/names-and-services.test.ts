import { shares } from './shares.ts';
import { describeRuns } from './support.ts';

describeRuns('a name or a Service that leads nowhere', shares.namesAndServices);
