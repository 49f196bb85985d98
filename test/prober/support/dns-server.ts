import { createServer, type Server } from 'node:net';
import { udpServer, type UdpServer } from './udp-server.ts';

/** One question as it came. */
export interface Asked {
  readonly id: number;
  readonly name: string;
  readonly type: number;
  readonly over: 'udp' | 'tcp';
  /** Counted over both transports. */
  readonly nth: number;
  readonly bytes: Buffer;
}

export interface Told {
  readonly rcode?: number;
  readonly addresses?: readonly string[];
  readonly truncated?: boolean;
}

export interface DnsServer {
  readonly port: number;
  readonly asked: readonly Asked[];
  close(): Promise<void>;
}

/** A DNS server on one port of both transports; the handler answers each question, however it likes. */
export async function dnsServer(
  handle: (asked: Asked, reply: (bytes: Buffer) => void) => void,
  { tcp = true } = {},
): Promise<DnsServer> {
  const asked: Asked[] = [];
  const take = (bytes: Buffer, over: 'udp' | 'tcp', reply: (bytes: Buffer) => void): void => {
    const one = { ...parse(bytes), over, nth: asked.length, bytes };
    asked.push(one);
    handle(one, reply);
  };
  const stream: Server = createServer((socket) => {
    let waiting = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      waiting = Buffer.concat([waiting, chunk]);
      while (waiting.length >= 2 && waiting.length >= 2 + waiting.readUInt16BE(0)) {
        const end = 2 + waiting.readUInt16BE(0);
        take(waiting.subarray(2, end), 'tcp', (bytes) => {
          const length = Buffer.alloc(2);
          length.writeUInt16BE(bytes.length);
          socket.write(Buffer.concat([length, bytes]));
        });
        waiting = waiting.subarray(end);
      }
    });
  });
  const udp = await udpBeside(tcp ? stream : undefined, (request, reply) => take(request, 'udp', reply));
  return {
    port: udp.port,
    asked,
    close: async () => {
      if (tcp) await new Promise((resolve) => stream.close(resolve));
      await udp.close();
    },
  };
}

/** A free port of UDP whose namesake of TCP the stream gets; not every free one has a free namesake. */
async function udpBeside(
  stream: Server | undefined,
  handle: Parameters<typeof udpServer>[0],
): Promise<UdpServer> {
  for (;;) {
    const udp = await udpServer(handle);
    if (stream === undefined) return udp;
    const isFree = await new Promise<boolean>((resolve) => {
      const taken = (): void => resolve(false);
      stream.once('error', taken).listen(udp.port, '127.0.0.1', () => {
        stream.off('error', taken);
        resolve(true);
      });
    });
    if (isFree) return udp;
    await udp.close();
  }
}

/** A reply to a question; IPv4 addresses for A, `::1` style ones for AAAA, the name by a pointer to the question. */
export function answer(
  { bytes, type }: Asked,
  { rcode = 0, addresses = [], truncated = false }: Told,
): Buffer {
  const head = Buffer.from(bytes);
  head.writeUInt16BE(0x8180 | (truncated ? 0x0200 : 0) | rcode, 2);
  head.writeUInt16BE(addresses.length, 6);
  const records = addresses.map((address) => {
    const data = type === 1 ? Buffer.from(address.split('.').map(Number)) : Buffer.from(address, 'hex');
    const record = Buffer.alloc(12);
    record.writeUInt16BE(0xc00c, 0);
    record.writeUInt16BE(type, 2);
    record.writeUInt16BE(1, 4);
    record.writeUInt32BE(30, 6);
    record.writeUInt16BE(data.length, 10);
    return Buffer.concat([record, data]);
  });
  return Buffer.concat([head, ...records]);
}

/** The address that belongs to the type: 10.0.0.1, and nothing for AAAA, as in a cluster with IPv4 only. */
export function exists(asked: Asked): Buffer {
  return answer(asked, { addresses: asked.type === 1 ? ['10.0.0.1'] : [] });
}

export function missing(asked: Asked): Buffer {
  return answer(asked, { rcode: 3 });
}

function parse(bytes: Buffer): Pick<Asked, 'id' | 'name' | 'type'> {
  const labels: string[] = [];
  let at = 12;
  for (let size = bytes.readUInt8(at); size > 0; size = bytes.readUInt8(at)) {
    labels.push(bytes.toString('latin1', at + 1, at + 1 + size));
    at += size + 1;
  }
  return { id: bytes.readUInt16BE(0), name: labels.join('.'), type: bytes.readUInt16BE(at + 1) };
}
