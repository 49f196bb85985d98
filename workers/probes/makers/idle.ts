import { idleWaits } from '../../../core/probes.ts';
import { destinationNeeds } from '../destinations.ts';
import { targetsTo, type ProbeMaker } from '../draft.ts';

/** What is lost is sent again after 0.2, 0.6, 1.4 and 3 s: what has not come by then does not come. */
const timeout = 5;

export const idle: ProbeMaker = {
  id: 'idle',
  needs: destinationNeeds,
  async draft(asked) {
    // The control: one that is used at once.
    const waits = [0, ...idleWaits(asked.params, asked.first)];
    return {
      kind: 'idle',
      targets: await targetsTo(asked),
      timeout,
      waits: Math.max(...waits),
      options: { waits, keepAwake: true },
    };
  },
};
