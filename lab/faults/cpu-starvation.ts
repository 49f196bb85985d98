import { cannotLimitCpu } from '../cgroups.ts';
import type { Lab } from '../lab.ts';
import type { Fault, Size } from './fault.ts';
import { changeTemplate } from './support/change-template.ts';
import { drawSize } from './support/size.ts';

const deployment = { namespace: 'shop', name: 'payments' };

const size: Size = { of: 'thousandths of a CPU', least: 15, most: 30, drawn: 'whole', weaker: 'above' };

export const cpuStarvation: Fault = {
  id: 'cpu-starvation',
  title: 'A CPU limit far below what the container needs: the kernel connects at once, the answers come late',
  ask: 'payments.shop connection-errors',
  causes: ['cpu-throttling'],
  // Of the lowest limits: what hardly runs does not get to accept connections.
  alsoTrue: ['listen-backlog-overflow'],
  size,
  unfit: () => cannotLimitCpu(),
  async inject(lab, random, given) {
    const milli = drawSize(size, random, given);
    const undo = await changeTemplate(lab, deployment, (template) => ({
      ...template,
      spec: {
        ...template.spec,
        containers: template.spec.containers.map((container) => ({
          ...container,
          resources: { ...container.resources, limits: { cpu: `${milli}m` } },
        })),
      },
    }));
    await lab.until('pods that wait for their quota', () => isStarving(lab), 60);
    return {
      said: `the CPU limit of payments is ${milli}m`,
      names: [deployment.name],
      undo,
    };
  },
};

/** Every pod of it is throttled most of the time, and has been for a while. */
async function isStarving(lab: Lab): Promise<boolean> {
  const of = '{namespace="shop", pod=~"payments-.*"}';
  const periods = (name: string): string =>
    `sum by (pod) (increase(container_cpu_cfs_${name}_total${of}[10s]))`;
  const throttled = await lab.query(`${periods('throttled_periods')} / ${periods('periods')} > 0.5`);
  return throttled.length >= lab.podsOf('payments.shop').length;
}
