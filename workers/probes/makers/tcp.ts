import { destinationNeeds } from '../destinations.ts';
import { targetsTo, type ProbeMaker } from '../draft.ts';

/** Long enough to see the fourth SYN (sent after 7 s by kernels before 6.5) answered. */
export const connectTimeout = 8;

export const tcp: ProbeMaker = {
  id: 'tcp',
  needs: destinationNeeds,
  draft: async (asked) => ({
    kind: 'tcp',
    targets: await targetsTo(asked),
    timeout: connectTimeout,
  }),
};
