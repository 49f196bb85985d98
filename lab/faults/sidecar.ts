import type { Fault, Size } from './fault.ts';
import { letCheckoutCall } from './support/checkout.ts';
import { oneOf, percent } from './support/draw.ts';
import { farEnds } from './support/far-end.ts';
import { drawSize } from './support/size.ts';

const ways = {
  fin: 'end (FIN)',
  rst: 'reset (RST)',
  hang: 'never answer',
} as const;

const size: Size = {
  of: 'share of the handshakes',
  least: 0.03,
  most: 0.5,
  highest: 1,
  drawn: 'scaled',
  weaker: 'below',
};

export const sidecar: Fault = {
  id: 'sidecar',
  title: 'The mesh sidecar of checkout breaks a share of the TLS handshakes, by FIN, RST or silence',
  story: 'Xendit',
  ask: `checkout.shop to ${farEnds.tls} tls-handshake-failures`,
  causes: ['mesh-sidecar-early-close'],
  size,
  async inject(lab, random, given) {
    const share = drawSize(size, random, given);
    const how = oneOf(random, ['fin', 'rst', 'hang'] as const);
    const undo = await letCheckoutCall(lab, {
      far: `https://${farEnds.tls}/`,
      sidecar: {
        UPSTREAMS: farEnds.tls,
        BREAK: how,
        SHARE: String(share),
        SEED: String(random.whole(1, 1_000_000)),
      },
    });
    return {
      said: `the sidecars of checkout ${ways[how]} ${percent(share)} of the connections to ${farEnds.tls}`,
      names: ['linkerd', 'Deployment/checkout'],
      undo,
    };
  },
};
