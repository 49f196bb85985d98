import { dropAll } from '../net/faults/drops.ts';
import { drop } from '../net/faults/rules.ts';
import type { Fault } from './fault.ts';
import { oneOf } from './support/draw.ts';
import {
  letCheckoutLookUp,
  lookUps,
  untilQuestionsAreForwarded,
  untilRequestsWait,
} from './support/names.ts';
import { undoAll } from './support/undo-all.ts';

export const dnsReplicaDead: Fault = {
  id: 'dns-replica-dead',
  title: 'One of the CoreDNS pods gets nothing that is sent to it, and is an endpoint all the same',
  ask: 'checkout.shop dns-failures',
  calls: lookUps,
  causes: ['dns-replica-dead'],
  async inject(lab, random) {
    const forget = await letCheckoutLookUp(lab);
    await untilQuestionsAreForwarded(lab);
    const [first, ...others] = lab.podsOf('kube-dns.kube-system');
    if (first === undefined) throw new Error('There is no CoreDNS pod');
    const { node, ip, name } = oneOf(random, [first, ...others]);
    const what = oneOf(random, ['all', 'questions'] as const);
    const mend = await (what === 'all'
      ? drop(lab.sandbox, node, [`ip daddr ${ip}`])
      : dropAll(lab.sandbox, node, { to: ip, port: 53 }));
    return {
      said: `${what === 'all' ? 'all packets' : 'all packets to port 53'} of CoreDNS pod ${name} (${ip}) are lost on ${node}`,
      names: [ip],
      shown: () => untilRequestsWait(lab),
      undo: undoAll([forget, mend]),
    };
  },
};
