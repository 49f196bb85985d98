import type { ProbeMaker } from '../draft.ts';

const usualSeconds = 10;

/** Reads the counters of the network namespace that it runs in; nothing is sent. */
export const counters: ProbeMaker = {
  id: 'counters',
  needs: [],
  draft({ params }) {
    const seconds = Number(params['seconds'] ?? usualSeconds);
    return Promise.resolve({
      kind: 'counters',
      targets: [],
      attempts: 1,
      timeout: seconds + 5,
      options: { seconds },
    });
  },
};
