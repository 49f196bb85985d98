import type { Service } from '../../sim/cluster/objects/kinds.ts';
import { once } from '../net/undo.ts';
import type { Fault } from './fault.ts';

const ref = { resource: 'services', namespace: 'shop', name: 'payments' };

export const wrongTargetPort: Fault = {
  id: 'wrong-target-port',
  title: "A Service's targetPort is one that its pods do not listen on",
  ask: 'payments.shop connection-errors',
  causes: ['wrong-target-port'],
  async inject(lab, random) {
    const read = (): Service => lab.cluster.objects.get(ref) as Service;
    const write = (ports: Service['spec']['ports']): void => {
      lab.cluster.objects.change(ref, (service) => ({
        ...service,
        spec: { ...(service as Service).spec, ports },
      }));
    };
    const before = read().spec.ports ?? [];
    const wrong = random.whole(8081, 8999);
    write(before.map((port) => ({ ...port, targetPort: wrong })));
    await lab.until('failing calls of payments', async () => {
      const failing =
        'sum(increase(nginx_ingress_controller_requests{service="checkout", status=~"5.."}[10s])) > 0';
      return (await lab.query(failing)).length > 0;
    });
    return {
      said: `targetPort of payments.shop is ${wrong}, where nobody listens`,
      names: [String(wrong)],
      undo: once(() => {
        write(before);
        return Promise.resolve();
      }),
    };
  },
};
