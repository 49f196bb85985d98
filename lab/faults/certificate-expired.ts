import type { Fault, Size } from './fault.ts';
import { isMeshed, letCheckoutCall } from './support/checkout.ts';
import { farEnds, replaceFarEnd } from './support/far-end.ts';
import { drawSize } from './support/size.ts';

const hourMs = 3600 * 1000;

const size: Size = { of: 'hours since', least: 0.1, most: 1000, drawn: 'scaled' };

export const certificateExpired: Fault = {
  id: 'certificate-expired',
  title: 'The certificate that the far end shows has expired',
  ask: `checkout.shop to ${farEnds.tls} tls-handshake-failures`,
  causes: ['certificate-expired'],
  size,
  async inject(lab, random, given) {
    const hours = drawSize(size, random, given);
    const withSidecar = random.happens(0.5);
    const mend = await replaceFarEnd(lab, 'tls', {
      CERT_EXPIRES: new Date(Date.now() - hours * hourMs).toISOString(),
      CERT_NAMES: farEnds.tls.replace(/:.*/, ''),
    });
    const undo = await letCheckoutCall(lab, {
      far: `https://${farEnds.tls}/`,
      ...(withSidecar && { sidecar: { UPSTREAMS: farEnds.tls } }),
    });
    return {
      said:
        `the certificate of ${farEnds.tls} expired ${hours.toFixed(1)} hours ago; ` +
        `checkout is ${isMeshed(lab) ? 'meshed' : 'not meshed'}`,
      names: [farEnds.tls],
      async undo() {
        await undo();
        await mend();
      },
    };
  },
};
