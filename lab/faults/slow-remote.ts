import type { Fault } from './fault.ts';
import { letCheckoutCall } from './support/checkout.ts';
import { farEnds, replaceFarEnd } from './support/far-end.ts';

export const slowRemote: Fault = {
  id: 'slow-remote',
  title: 'The far end accepts at once and takes seconds to answer',
  ask: `checkout.shop to ${farEnds.http} remote-calls-slow`,
  causes: ['far-end-slow'],
  async inject(lab, random) {
    const ms = random.whole(1000, 5000);
    const mend = await replaceFarEnd(lab, 'http', { FIRST_BYTE_DELAY_MS: String(ms) });
    const undo = await letCheckoutCall(lab, { far: `http://${farEnds.http}/` });
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
