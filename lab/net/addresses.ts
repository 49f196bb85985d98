import { isIPv4 } from 'node:net';

/** The /24 an address is in, as in `10.244.1.0/24`. */
export function subnetOf(ip: string): string {
  return `${first(ip)}.0/24`;
}

/** The first address of the /24 an address is in: its gateway. */
export function gatewayOf(ip: string): string {
  return `${first(ip)}.1`;
}

/** The address that names a /24, as in `10.244.1.0`. */
export function networkOf(cidr: string): string {
  const [network = ''] = cidr.split('/');
  if (subnetOf(network) !== cidr) throw new Error(`Unexpected "${cidr}", expected a /24`);
  return network;
}

/** A hardware address that follows from an IP address, locally administered. */
export function macOf(ip: string): string {
  return ['0e', '00', ...ip.split('.').map((byte) => Number(byte).toString(16).padStart(2, '0'))].join(':');
}

function first(ip: string): string {
  if (!isIPv4(ip)) throw new Error(`Unexpected "${ip}", expected an IPv4 address`);
  return ip.split('.').slice(0, 3).join('.');
}
