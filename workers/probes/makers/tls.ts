import { destinationNeeds } from '../destinations.ts';
import { targetsTo, type ProbeMaker } from '../draft.ts';
import { connectTimeout } from './tcp.ts';
import { servernameOption } from '../servername.ts';

/**
 * As long as a connect may take alone: who has not answered a ClientHello by then, does not. Linkerd's 10 s of protocol
 * detection are for clients that say nothing.
 */
const handshakeTimeout = connectTimeout;

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
