import { describeFix } from './fix.ts';
import { shares } from './shares.ts';
import { describeRuns } from './support.ts';

describeFix();

describeRuns('a published story, live', shares.stories);
