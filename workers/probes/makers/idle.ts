import { numbersIn } from '../../../core/text.ts';
import { destinationNeeds } from '../destinations.ts';
import { targetsTo, type ProbeMaker } from '../draft.ts';

const timeout = 10;

export const idle: ProbeMaker = {
  id: 'idle',
  needs: destinationNeeds,
  async draft(asked) {
    // The control: one that is used at once.
    const waits = [0, ...numbersIn(asked.params['waits'] ?? '')];
    return {
      kind: 'idle',
      targets: await targetsTo(asked),
      timeout,
      waits: Math.max(...waits),
      attempts: waits.length,
      options: { waits },
    };
  },
};
