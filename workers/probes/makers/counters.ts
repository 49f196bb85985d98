import type { ProbeMaker } from '../draft.ts';

/** Reads the counters of the network namespace that it runs in; nothing is sent. */
export const counters: ProbeMaker = {
  id: 'counters',
  needs: [],
  draft({ params }) {
    const seconds = Number(params['seconds']);
    return Promise.resolve({
      kind: 'counters',
      targets: [],
      attempts: 1,
      timeout: 5,
      waits: seconds,
      options: { seconds },
    });
  },
};
