import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { listenWidely } from '../support/listen.ts';

/** What is to be said to a message; `undefined`: nothing. */
type Answer = (message: Buffer, proto: 'udp' | 'tcp') => Promise<Buffer | undefined>;

/** Bytes that may wait in the socket while this process is busy. */
const queueBytes = 1024 * 1024;

/** Answers on a port of every address, UDP and TCP. */
export async function serveDns(port: number, answer: Answer): Promise<void> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: queueBytes });
  socket.on('message', (message, from) => {
    void answer(message, 'udp').then((reply) => {
      if (reply !== undefined) socket.send(reply, from.port, from.address);
    });
  });
  // What cannot be sent is lost, as datagrams are.
  socket.on('error', (error) => process.stderr.write(`${error.message}\n`));
  socket.bind(port);
  await once(socket, 'listening');
  await listenWidely(() => createServer((stream) => converse(stream, answer)), port);
}

/** Several questions may come one after the other; each is answered as soon as it can be. */
function converse(stream: Socket, answer: Answer): void {
  let waiting = Buffer.alloc(0);
  stream.on('error', () => stream.destroy());
  stream.on('data', (chunk: Buffer) => {
    waiting = Buffer.concat([waiting, chunk]);
    while (waiting.length >= 2 && waiting.length >= 2 + waiting.readUInt16BE(0)) {
      const end = 2 + waiting.readUInt16BE(0);
      const message = waiting.subarray(2, end);
      waiting = waiting.subarray(end);
      void answer(message, 'tcp').then((reply) => {
        if (reply !== undefined && stream.writable) stream.write(framed(reply));
      });
    }
  });
}

/** Over TCP each message is preceded by its length. */
function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}
