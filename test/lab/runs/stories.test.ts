import { describeRuns } from './support.ts';

describeRuns('a published story, live', ({ story }) => story !== undefined);
