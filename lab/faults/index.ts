import { backlog } from './backlog.ts';
import { certificateExpired } from './certificate-expired.ts';
import { conntrackFull } from './conntrack-full.ts';
import { cpuStarvation } from './cpu-starvation.ts';
import { deadBackend } from './dead-backend.ts';
import { dnsLoss } from './dns-loss.ts';
import { dnsReplicaDead } from './dns-replica-dead.ts';
import { dnsUpstreamSlow } from './dns-upstream-slow.ts';
import type { Fault } from './fault.ts';
import { healthy } from './healthy.ts';
import { forgotten } from './idle-timeout.ts';
import { ingressPolicy } from './ingress-policy.ts';
import { lbUnservedPorts } from './lb-unserved-ports.ts';
import { mtuBlackHole } from './mtu-black-hole.ts';
import { networkPolicy } from './network-policy.ts';
import { overlayDegraded } from './overlay-degraded.ts';
import { remoteCloses } from './remote-closes.ts';
import { sidecar } from './sidecar.ts';
import { slowRemote } from './slow-remote.ts';
import { snatExhaustion } from './snat-exhaustion.ts';
import { snatRace } from './snat-race.ts';
import { sourcePortFilter } from './source-port-filter.ts';
import { staleNodeRules } from './stale-node-rules.ts';
import { synLossOut } from './syn-loss.ts';
import { underlayDegraded } from './underlay-degraded.ts';
import { wrongTargetPort } from './wrong-target-port.ts';
/** All that can be broken, in the order of `netcheck lab list`. */
export const faults: readonly Fault[] = [
  sidecar,
  remoteCloses,
  certificateExpired,
  slowRemote,
  overlayDegraded,
  underlayDegraded,
  mtuBlackHole,
  forgotten,
  dnsLoss,
  dnsReplicaDead,
  dnsUpstreamSlow,
  snatRace,
  snatExhaustion,
  synLossOut,
  conntrackFull,
  backlog,
  sourcePortFilter,
  deadBackend,
  lbUnservedPorts,
  wrongTargetPort,
  staleNodeRules,
  networkPolicy,
  ingressPolicy,
  cpuStarvation,
  healthy,
];
