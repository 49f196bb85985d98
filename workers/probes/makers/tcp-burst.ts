import { destinationNeeds } from '../destinations.ts';
import { targetsTo, type ProbeMaker } from '../draft.ts';
import { connectTimeout } from './tcp.ts';

/** Connects that begin at the same instant: insertions into conntrack race only then. */
const burst = 32;

export const tcpBurst: ProbeMaker = {
  id: 'tcp-burst',
  needs: destinationNeeds,
  draft: async (asked) => ({
    kind: 'tcp',
    targets: await targetsTo(asked),
    timeout: connectTimeout,
    options: { burst },
  }),
};
