import type { NodePlan } from '../plan.ts';
import { counter, gauge, type Labels, type Series } from '../series.ts';

/** An m5.xlarge: 4 interfaces with 15 addresses, the first of each being its own. */
const interfaces = { allocated: 2, max: 4 };
const addresses = { max: 56, total: 28 };

export function awsCniTarget(node: NodePlan): Labels {
  return { job: 'aws-node', instance: `${node.ip}:61678` };
}

export function awsCniSeries(node: NodePlan, podsOnNode: number): Series[] {
  const labels = awsCniTarget(node);
  const value = (name: string, help: string, now: number): Series => gauge({ name, help, labels }, () => now);
  return [
    value('awscni_assigned_ip_addresses', 'The number of IP addresses assigned to pods', podsOnNode),
    value('awscni_total_ip_addresses', 'The total number of IP addresses', addresses.total),
    value('awscni_ip_max', 'The maximum number of IP addresses that can be allocated', addresses.max),
    value('awscni_eni_allocated', 'The number of ENIs allocated', interfaces.allocated),
    value('awscni_eni_max', 'The maximum number of ENIs that can be attached', interfaces.max),
    counter(
      {
        name: 'awscni_no_available_ip_addresses',
        help: 'The number of pod IP assignments that fail due to no available IP addresses',
        labels,
      },
      () => 0,
    ),
  ];
}
