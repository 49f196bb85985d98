import type { Fault, Size } from './fault.ts';
import { letCheckoutCall } from './support/checkout.ts';
import { farEnds, replaceFarEnd } from './support/far-end.ts';
import { drawSize } from './support/size.ts';

/** What is called before it is slow as well. */
const calls = { far: `http://${farEnds.http}/` };

const size: Size = { of: 'milliseconds', least: 1000, most: 5000, drawn: 'whole', weaker: 'below' };

export const slowRemote: Fault = {
  id: 'slow-remote',
  title: 'The far end accepts at once and takes seconds to answer',
  ask: `checkout.shop to ${farEnds.http} remote-calls-slow`,
  calls,
  causes: ['far-end-slow'],
  size,
  async inject(lab, random, given) {
    const ms = drawSize(size, random, given);
    const mend = await replaceFarEnd(lab, 'http', { FIRST_BYTE_DELAY_MS: String(ms) });
    const undo = await letCheckoutCall(lab, calls);
    return {
      said: `${farEnds.http} answers after ${ms} ms`,
      names: [farEnds.http],
      async undo() {
        await undo();
        await mend();
      },
    };
  },
};
