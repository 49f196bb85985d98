import { destinationNeeds } from '../destinations.ts';
import { targetsTo, type ProbeMaker } from '../draft.ts';

const timeout = 2;

/** A DNS server answers questions; anything else is asked for an echo. */
export const udp: ProbeMaker = {
  id: 'udp',
  needs: destinationNeeds,
  async draft(asked) {
    const targets = await targetsTo(asked);
    const isDns = targets.every(({ port }) => port === 53);
    return {
      kind: 'udp',
      targets,
      timeout,
      options: isDns
        ? { payload: 'dns', name: 'kubernetes.default.svc.cluster.local.' }
        : { payload: 'echo', bytes: 64 },
    };
  },
};
