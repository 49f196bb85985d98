import { dropAll } from '../net/faults/drops.ts';
import type { Fault } from './fault.ts';

const far = 'payments.shop';

/** It fails half of all connections, as a filter of source ports does. */
export const deadBackend: Fault = {
  id: 'dead-backend',
  title: 'One of the two endpoints of a Service is silent, though it counts as ready',
  ask: `checkout.shop to ${far}.svc.cluster.local:80 outbound-timeouts`,
  causes: ['silent-endpoint'],
  async inject(lab, random) {
    const pods = lab.podsOf(far);
    const pod = pods[random.whole(0, pods.length - 1)];
    if (pod === undefined) throw new Error(`${far} has no pods`);
    const undo = await dropAll(lab.sandbox, pod.netns, { port: 8080 });
    return { said: `${pod.name} (${pod.ip}) hears nothing any more on its port`, names: [pod.ip], undo };
  },
};
