import { destinationNeeds } from '../destinations.ts';
import { targetsTo, type ProbeMaker } from '../draft.ts';

/** Beyond the 10 s of Linkerd's protocol detection. */
const handshakeTimeout = 12;

export const tls: ProbeMaker = {
  id: 'tls',
  needs: destinationNeeds,
  draft: async (asked) => {
    const servername = (asked.params['to'] ?? '').replace(/:\d+$/, '');
    const isAddress = /^[\d.]+$|:/.test(servername);
    return {
      kind: 'tls',
      targets: await targetsTo(asked),
      timeout: handshakeTimeout,
      // The target is an address by now, the far end goes by its name.
      options: !isAddress && servername !== '' ? { servername } : {},
    };
  },
};
