import { shares } from './shares.ts';
import { describeRuns } from './support.ts';

describeRuns('what looks like a story, and is something else', shares.lookAlikes);
