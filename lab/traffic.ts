import type { Closers } from '../sim/demo/closers.ts';
import type { Lab } from './lab.ts';

/** Everything outside the cluster that lives there: the far end, the upstream resolver, the balancer and its clients. */
export async function startTraffic(lab: Lab, closers: Closers): Promise<void> {
  const start = async (...args: Parameters<Lab['start']>): Promise<void> => {
    const program = await lab.start(...args);
    closers.add(() => program.stop());
  };
  await start('far-end', 'ext');
}
