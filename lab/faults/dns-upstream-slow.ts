import { resolver } from '../cluster/topology.ts';
import { redirectArriving } from '../net/faults/redirect-arriving.ts';
import type { Fault, Size } from './fault.ts';
import { oneOf, percent } from './support/draw.ts';
import {
  letCheckoutLookUp,
  lookUps,
  untilQuestionsAreForwarded,
  untilUpstreamIsLate,
} from './support/names.ts';
import { drawSize } from './support/size.ts';
import { undoAll } from './support/undo-all.ts';

const port = 53;
const slowPort = 5300;

const size: Size = { of: 'milliseconds', least: 600, most: 1400, drawn: 'whole', weaker: 'below' };

export const dnsUpstreamSlow: Fault = {
  id: 'dns-upstream-slow',
  title:
    'The resolver that CoreDNS asks for names outside the cluster takes seconds, for all or some of them',
  ask: 'checkout.shop dns-failures',
  calls: lookUps,
  causes: ['dns-upstream-slow'],
  size,
  async inject(lab, random, given) {
    const drawn = oneOf(random, ['late', 'too late for some'] as const);
    const how = given === undefined ? drawn : 'late';
    const least = drawSize(size, random, given);
    const delay =
      how === 'late'
        ? { ms: `${least}-${least + 500}`, share: 1 }
        : // CoreDNS waits for 2 s, and then asks again.
          { ms: '2500-4000', share: random.between(0.2, 0.6) };
    const forget = await letCheckoutLookUp(lab);
    await untilQuestionsAreForwarded(lab);
    const slow = await lab.start('resolver', 'dns', {
      env: {
        PORT: String(slowPort),
        RECORDS: 'outside.json',
        DELAY_MS: delay.ms,
        DELAY_SHARE: String(delay.share),
      },
    });
    const mend = await redirectArriving(lab.sandbox, 'dns', { port, to: slowPort });
    return {
      said: `${resolver} answers ${percent(delay.share)} of all questions after ${delay.ms} ms`,
      // Of tries that nobody answers CoreDNS does not count to whom they went.
      names: how === 'late' ? [resolver] : [],
      shown: () => untilUpstreamIsLate(lab),
      undo: undoAll([forget, () => slow.stop(), mend]),
    };
  },
};
