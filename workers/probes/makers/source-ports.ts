import { CannotLook } from '../../ports.ts';
import { destinationNeeds } from '../destinations.ts';
import { isProxied, targetsTo, type ProbeMaker } from '../draft.ts';

/** A filtered port never answers, an open one within a round trip: no need to wait for a third SYN. */
const timeout = 2.5;
/** Seconds that the search for the boundary takes, where there is one: four rounds, each as long as a dead port. */
const search = 4 * timeout;

export const sourcePorts: ProbeMaker = {
  id: 'source-ports',
  needs: destinationNeeds,
  async draft(asked) {
    if (isProxied(asked.place))
      throw new CannotLook({
        reason: 'rejected',
        detail: 'the sidecar chooses the source ports of a meshed pod',
      });
    return {
      kind: 'source-ports',
      targets: await targetsTo(asked),
      timeout,
      waits: search,
      options: { ports: [1024, 65_535] },
    };
  },
};
