import { destinationNeeds } from '../destinations.ts';
import { targetsTo, type ProbeMaker } from '../draft.ts';

/** Beyond the 10 s of Linkerd's protocol detection. */
const silence = 12;

export const serverFirst: ProbeMaker = {
  id: 'server-first',
  needs: destinationNeeds,
  draft: async (asked) => ({
    kind: 'server-first',
    targets: await targetsTo(asked),
    timeout: 5,
    waits: silence,
    options: { silence },
  }),
};
