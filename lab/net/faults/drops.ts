import type { Sandbox } from '../sandbox.ts';
import type { Undo } from '../undo.ts';
import { between, drop, type Ends } from './rules.ts';

/** Of the packets that open a TCP connection, this share (0 to 1) is lost; answers to them are not. */
export function synLoss(
  sandbox: Sandbox,
  netns: string,
  { share, port, ...ends }: Ends & { readonly share: number; readonly port?: number },
): Promise<Undo> {
  const syn = 'tcp flags & (fin | syn | rst | ack) == syn';
  return drop(sandbox, netns, [...between(ends), ...toPort('tcp', port), syn], share);
}

/**
 * A stateless firewall that lets a server's TCP answers back only to client ports from `lowest` on: connections from
 * lower source ports hang. `from` is the server, `port` its own.
 */
export function dropBySourcePort(
  sandbox: Sandbox,
  netns: string,
  { lowest, port, ...ends }: Ends & { readonly lowest: number; readonly port?: number },
): Promise<Undo> {
  const fromPort = port === undefined ? [] : [`tcp sport ${port}`];
  return drop(sandbox, netns, [...between(ends), ...fromPort, `tcp dport < ${lowest}`]);
}

/** IP packets of more than this many bytes, headers included, are lost, and no ICMP says so: an MTU black hole. */
export function dropLarger(
  sandbox: Sandbox,
  netns: string,
  { bytes, ...ends }: Ends & { readonly bytes: number },
): Promise<Undo> {
  return drop(sandbox, netns, ['meta protocol ip', ...between(ends), `meta length > ${bytes}`]);
}

/** Of the UDP packets to a port, this share (0 to 1) is lost; answers are not. */
export function dropUdp(
  sandbox: Sandbox,
  netns: string,
  { share, port, ...ends }: Ends & { readonly share: number; readonly port: number },
): Promise<Undo> {
  return drop(sandbox, netns, [...between(ends), ...toPort('udp', port)], share);
}

/** Nothing gets to a port, TCP or UDP: a firewall that is silent. */
export function dropAll(
  sandbox: Sandbox,
  netns: string,
  { port, ...ends }: Ends & { readonly port: number },
): Promise<Undo> {
  return drop(sandbox, netns, [...between(ends), 'meta l4proto { tcp, udp }', `th dport ${port}`]);
}

function toPort(protocol: 'tcp' | 'udp', port: number | undefined): readonly string[] {
  return port === undefined ? [] : [`${protocol} dport ${port}`];
}
