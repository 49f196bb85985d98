import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';

export interface UdpServer {
  readonly port: number;
  /** All that came, in order. */
  readonly received: readonly Buffer[];
  close(): Promise<void>;
}

/** A UDP server that does with each datagram what the test says: answer, answer wrongly, or not at all. */
export async function udpServer(
  answer: (request: Buffer, reply: (bytes: Buffer) => void, nth: number, from: RemoteInfo) => void,
  address = '127.0.0.1',
): Promise<UdpServer> {
  const socket: Socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  const received: Buffer[] = [];
  socket.on('message', (request, from) => {
    received.push(request);
    answer(request, (bytes) => socket.send(bytes, from.port, from.address), received.length - 1, from);
  });
  await new Promise<void>((resolve) => socket.bind(0, address, resolve));
  return {
    port: socket.address().port,
    received,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}
