import type { Fault, Size } from './fault.ts';
import { letCheckoutCall } from './support/checkout.ts';
import { oneOf, percent } from './support/draw.ts';
import { farEnds, replaceFarEnd } from './support/far-end.ts';
import { drawSize } from './support/size.ts';

const size: Size = {
  of: 'share of the handshakes',
  least: 0.03,
  most: 0.5,
  highest: 1,
  drawn: 'scaled',
  weaker: 'below',
};

export const remoteCloses: Fault = {
  id: 'remote-closes',
  title: 'The far end itself ends a share of the TLS handshakes after the ClientHello, whoever asks',
  ask: `checkout.shop to ${farEnds.tls} tls-handshake-failures`,
  causes: ['far-end-closes'],
  size,
  async inject(lab, random, given) {
    const share = drawSize(size, random, given);
    const by = oneOf(random, ['fin', 'rst'] as const);
    // A sidecar that does nothing wrong is what it is mistaken for.
    const isMeshed = random.happens(0.5);
    const mend = await replaceFarEnd(lab, 'tls', { SHARE_CLOSED: String(share), CLOSED_BY: by });
    const undo = await letCheckoutCall(lab, {
      far: `https://${farEnds.tls}/`,
      ...(isMeshed && { sidecar: { UPSTREAMS: farEnds.tls } }),
    });
    return {
      said:
        `${farEnds.tls} ${by === 'rst' ? 'resets' : 'ends'} ${percent(share)} of the handshakes of everybody; ` +
        `checkout is ${isMeshed ? 'meshed' : 'not meshed'}`,
      names: [farEnds.tls],
      async undo() {
        await undo();
        await mend();
      },
    };
  },
};
