import { destinationNeeds } from '../destinations.ts';
import { targetsTo, type ProbeMaker } from '../draft.ts';

const timeout = 10;
/** Just below and above what middleboxes forget after: NLBs (350 s), classic load balancers (60 s), Azure (4 min). */
const usual = [0, 50, 70, 230, 250];

export const idle: ProbeMaker = {
  id: 'idle',
  needs: destinationNeeds,
  async draft(asked) {
    const waits = asked.params['waits']?.split(',').map(Number) ?? usual;
    return {
      kind: 'idle',
      targets: await targetsTo(asked),
      timeout: timeout + Math.max(...waits),
      attempts: waits.length,
      options: { waits },
    };
  },
};
