import type { ClusterLookup } from '../../ports.ts';
import { coredns } from './coredns.ts';
import { daemonsetEnv } from './daemonset-env.ts';
import { endpoints } from './endpoints.ts';
import { farService } from './far-service.ts';
import { networkPolicies } from './network-policies.ts';
import { nodeConditions } from './node-conditions.ts';
import { targetPort } from './target-port.ts';
import { warnings } from './warnings.ts';
import { workload } from './workload.ts';

/** Every look at the cluster that a playbook can name. */
export const clusterLookups: readonly ClusterLookup[] = [
  coredns,
  daemonsetEnv,
  endpoints,
  farService,
  networkPolicies,
  nodeConditions,
  targetPort,
  warnings,
  workload,
];
