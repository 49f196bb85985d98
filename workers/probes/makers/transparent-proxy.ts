import type { ProbeMaker } from '../draft.ts';

const timeout = 2;

/** The prober knows addresses that nobody can have (RFC 5737): what connects there is a proxy. */
export const transparentProxy: ProbeMaker = {
  id: 'transparent-proxy',
  needs: [],
  draft: () => Promise.resolve({ kind: 'transparent-proxy', targets: [], timeout }),
};
