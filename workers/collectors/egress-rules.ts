import { isIP } from 'node:net';
import { isService } from '../../core/target.ts';
import type { EgressRule, NetworkPolicy } from '../cluster-objects.ts';
import { any, blockList, isEmpty, isIn, type Answer } from './policy-answers.ts';

interface FarEnd {
  readonly host: string;
  readonly port: number;
  /** A Service: the rules are about its pods and their port, which its name does not tell. */
  readonly inCluster: boolean;
}

/** Networks in which pods live: an address in one of them may be a pod's, and match a selector. */
const privateNetworks = blockList(
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  'fc00::/7',
);

/** Whether the egress rules of a policy admit TCP to `host:port`; without rules a policy admits nothing. */
export function egressAdmits({ spec }: NetworkPolicy, destination: string): Answer {
  const farEnd = farEndOf(destination);
  return farEnd === undefined ? 'unclear' : any(spec.egress.map((rule) => ruleAdmits(rule, farEnd)));
}

function farEndOf(destination: string): FarEnd | undefined {
  const [, host, port] = /^\[?(.+?)\]?:(\d+)$/.exec(destination) ?? [];
  return host === undefined ? undefined : { host, port: Number(port), inCluster: isService(destination) };
}

/** A rule without `to` admits every far end, one without `ports` every port: `{}` admits everything. */
function ruleAdmits({ to, ports, ...unknown }: EgressRule, farEnd: FarEnd): Answer {
  const peer = to.length === 0 ? 'yes' : any(to.map((one) => peerAdmits(one, farEnd)));
  const port = ports.length === 0 ? 'yes' : any(ports.map((one) => portAdmits(one, farEnd)));
  if (peer === 'no' || port === 'no') return 'no';
  return peer === 'yes' && port === 'yes' && isEmpty(unknown) ? 'yes' : 'unclear';
}

function peerAdmits(
  { ipBlock, podSelector, namespaceSelector, ...unknown }: EgressRule['to'][number],
  { host, inCluster }: FarEnd,
): Answer {
  if (!isEmpty(unknown)) return 'unclear';
  if (ipBlock !== undefined) return blockAdmits(ipBlock, host);
  if (podSelector === undefined && namespaceSelector === undefined) return 'unclear';
  return inCluster || isIn(privateNetworks, host) ? 'unclear' : 'no';
}

/** A name stands for addresses that nobody looked up here. */
function blockAdmits(
  { cidr, except }: { readonly cidr: string; readonly except: readonly string[] },
  host: string,
): Answer {
  if (isIP(host) === 0) return 'unclear';
  const [inside, outside] = [blockList(cidr), blockList(...except)];
  return isIn(inside, host) && !isIn(outside, host) ? 'yes' : 'no';
}

function portAdmits(
  { protocol, port, endPort, ...unknown }: EgressRule['ports'][number],
  farEnd: FarEnd,
): Answer {
  if (protocol !== 'TCP') return 'no';
  if (port === undefined) return 'yes';
  if (typeof port === 'string' || farEnd.inCluster || !isEmpty(unknown)) return 'unclear';
  return farEnd.port >= port && farEnd.port <= (endPort ?? port) ? 'yes' : 'no';
}
