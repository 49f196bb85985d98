import { destinationNeeds } from '../destinations.ts';
import { targetsTo, type ProbeMaker } from '../draft.ts';
import { servernameOption } from '../servername.ts';

/** Beyond the 10 s of Linkerd's protocol detection. */
const handshakeTimeout = 12;

export const tls: ProbeMaker = {
  id: 'tls',
  needs: destinationNeeds,
  draft: async (asked) => ({
    kind: 'tls',
    targets: await targetsTo(asked),
    timeout: handshakeTimeout,
    options: servernameOption(asked.params['to']),
  }),
};
