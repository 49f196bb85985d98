import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';

/** Whether there is a route to an address from here. A UDP socket that is connected sends nothing. */
export function hasRoute(address: string): Promise<boolean> {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  return new Promise<boolean>((resolve) => {
    socket.once('error', () => resolve(false));
    socket.once('connect', () => resolve(true));
    socket.connect(9, address);
  }).finally(() => socket.close());
}
