import type { Fault } from './fault.ts';
import { letCheckoutCall } from './support/checkout.ts';
import { oneOf, percent } from './support/draw.ts';
import { farEnds } from './support/far-end.ts';

const ways = {
  fin: 'end (FIN)',
  rst: 'reset (RST)',
  hang: 'never answer',
} as const;

export const sidecar: Fault = {
  id: 'sidecar',
  title: 'The mesh sidecar of checkout breaks a share of the TLS handshakes, by FIN, RST or silence',
  story: 'Xendit',
  ask: `checkout.shop to ${farEnds.tls} tls-handshake-failures`,
  causes: ['mesh-sidecar-early-close'],
  async inject(lab, random) {
    const share = random.scaled(0.03, 0.5);
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
