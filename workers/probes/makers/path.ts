import { destinationNeeds } from '../destinations.ts';
import { targetsTo, type ProbeMaker } from '../draft.ts';

const timeout = 60;

export const path: ProbeMaker = {
  id: 'path',
  needs: destinationNeeds,
  draft: async (asked) => ({
    kind: 'path',
    targets: await targetsTo(asked),
    timeout,
    options: { hops: 30 },
  }),
};
