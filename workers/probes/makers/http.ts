import { destinationNeeds } from '../destinations.ts';
import { targetsTo, type ProbeMaker } from '../draft.ts';

const timeout = 12;

export const http: ProbeMaker = {
  id: 'http',
  needs: destinationNeeds,
  draft: async (asked) => ({
    kind: 'http',
    targets: await targetsTo(asked),
    timeout,
    options: {
      path: asked.params['path'] ?? '/',
      tls: /:(443|8443|6443)$/.test(asked.params['to'] ?? ''),
    },
  }),
};
