import type { Sysctls } from './sysctls.ts';

/**
 * A cluster and what it talks to. Every name becomes a network namespace with an `eth0`; besides them there is
 * `fabric`, the switch and router between machines: the place for a firewall that is nobody's own.
 */
export interface Topology {
  readonly nodes: readonly NodeSpec[];
  readonly pods: readonly PodSpec[];
  /** Machines outside the cluster. In the nodes' subnet, it is their neighbour; elsewhere, it knows no way to pods. */
  readonly hosts?: readonly HostSpec[];
}

interface Machine {
  /** At most 12 characters: with a letter and a dash before it, the kernel's limit for a network device. */
  readonly name: string;
  readonly ip: string;
  readonly sysctls?: Sysctls;
  /** What its /etc/resolv.conf says; the machine's own where it is left out. */
  readonly resolvConf?: string;
}

/** Its `ip` is in a /24 of which the fabric is .1. */
export type HostSpec = Machine;

export interface NodeSpec extends Machine {
  /** A /24 of which `cni0`, the bridge of its pods, is .1. */
  readonly podCidr: string;
}

export interface PodSpec extends Machine {
  readonly node: string;
}

/** The namespace between all machines. */
export const fabric = 'fabric';
