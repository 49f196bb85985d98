import { none, steady, swaying } from './flow.ts';
import { fraction } from './names.ts';
import type { NodePlan } from './plan.ts';

/** kube-proxy's default for four cores: max(131072, 4 × 32768). */
export const conntrackLimit = 131_072;
export const cpusPerNode = 4;
/** Before 6.5, so that lost SYNs are sent again after 1 s and 3 s. */
export const kernelVersion = '5.10.230-223.885.amzn2.x86_64';

const region = 'eu-west-1';

/** Zone a is 10.0.1.0/24, b is 10.0.2.0/24, c is 10.0.3.0/24. */
export function healthyNode(zone: 'a' | 'b' | 'c', host: number): NodePlan {
  const subnet = { a: 1, b: 2, c: 3 }[zone];
  const name = `ip-10-0-${subnet}-${host}`;
  return {
    name,
    ip: `10.0.${subnet}.${host}`,
    zone: `${region}${zone}`,
    conntrackUse: swaying(0.22 + 0.06 * fraction(`${name}/conntrack`), 0.08, `${name}/conntrack`),
    conntrackInsertFailed: none,
    conntrackDrop: none,
    conntrackEarlyDrop: none,
    listenOverflows: none,
    softnetDropped: none,
    softnetSqueezed: none,
    cpuWaiting: steady(0.02, `${name}/cpu-waiting`),
  };
}
