import { destinationNeeds } from '../destinations.ts';
import { targetsTo, type ProbeMaker } from '../draft.ts';

/** Data that got lost is sent again after 200 ms, doubling: what has not come after 4 s does not come. */
const timeout = 4;
const sizes = [56, 1200, 1350, 1372, 1400, 1422, 1450, 1472, 1500, 8900];

export const mtu: ProbeMaker = {
  id: 'mtu',
  needs: destinationNeeds,
  draft: async (asked) => ({
    kind: 'mtu',
    targets: await targetsTo(asked),
    timeout,
    options: { sizes },
  }),
};
