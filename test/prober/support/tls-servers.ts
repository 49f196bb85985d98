import { createServer } from 'node:tls';
import type { Socket } from 'node:net';
import type { Certificate } from './certificate.ts';
import { listen, listening, type Listening } from './listen.ts';

/** A server that shakes hands and then says nothing. */
export function tlsServer({ key, cert }: Certificate): Promise<Listening> {
  const server = createServer({ key, cert }, (secure) => secure.on('error', () => undefined));
  return listening(server.on('tlsClientError', () => undefined));
}

/** A server that knows one name: to who asks for none it sends the alert unrecognized_name, or shows another certificate. */
export async function sniServer(
  name: string,
  own: Certificate,
  otherwise: Certificate | 'alert',
): Promise<Listening> {
  const shake = createServer(own, (secure) => secure.on('error', () => undefined));
  const other = createServer(otherwise === 'alert' ? own : otherwise, (secure) =>
    secure.on('error', () => undefined),
  );
  return listen((socket) => {
    socket.once('data', (hello) => {
      socket.pause();
      socket.unshift(hello);
      if (hello.includes(name)) shake.emit('connection', socket);
      else if (otherwise === 'alert') socket.end(alert(112));
      else other.emit('connection', socket);
    });
  });
}

/** A record with one fatal alert, by its number. */
export function alert(number: number): Buffer {
  return Buffer.from([0x15, 3, 3, 0, 2, 2, number]);
}

/** The beginning of a ServerHello that goes on. */
const halfHello = Buffer.from([0x16, 3, 3, 0, 0x7a, 2, 0, 0, 0x76, 3, 3, 1, 2, 3, 4]);

/** How a server can fail in a handshake, by what it does with the connection. */
export const breakers = {
  'a FIN at once': (socket: Socket) => void socket.end(),
  'a RST at once': (socket: Socket) => void socket.resetAndDestroy(),
  'a FIN after the ClientHello': (socket: Socket) => void socket.once('data', () => socket.end()),
  'a RST after the ClientHello': (socket: Socket) => void socket.once('data', () => socket.resetAndDestroy()),
  'a FIN inside the ServerHello': (socket: Socket) => void socket.once('data', () => socket.end(halfHello)),
  'a RST inside the ServerHello': (socket: Socket) =>
    void socket.once('data', () => socket.write(halfHello, () => socket.resetAndDestroy())),
  'no answer': (socket: Socket) => void socket.resume(),
  'no TLS': (socket: Socket) =>
    void socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
  'an alert': (socket: Socket) => void socket.once('data', () => socket.end(alert(40))),
} as const;
