import { certificateExpired } from './certificate-expired.ts';
import { dnsLoss } from './dns-loss.ts';
import { dnsReplicaDead } from './dns-replica-dead.ts';
import { dnsUpstreamSlow } from './dns-upstream-slow.ts';
import type { Fault } from './fault.ts';
import { forgotten } from './idle-timeout.ts';
import { mtuBlackHole } from './mtu-black-hole.ts';
import { overlayDegraded } from './overlay-degraded.ts';
import { remoteCloses } from './remote-closes.ts';
import { sidecar } from './sidecar.ts';
import { slowRemote } from './slow-remote.ts';
import { underlayDegraded } from './underlay-degraded.ts';

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
];
