import { Cannot } from './cannot.ts';
import { parseHost } from './guard.ts';

/*
 * As much of DNS (RFC 1035, 3596) as a stub resolver needs: one question a message, addresses in the answer. What is
 * read comes from the network: every length and every pointer may be a lie.
 */

const recordTypes = { a: 1, aaaa: 28 } as const;
export type RecordType = keyof typeof recordTypes;

export interface Question {
  readonly id: number;
  readonly name: string;
  readonly record: RecordType;
}

export interface Reply {
  /** TC: there is more than fits into a datagram. */
  readonly truncated: boolean;
  /** NOERROR, NXDOMAIN, SERVFAIL…; `malformed` where the answers cannot be read. */
  readonly rcode: string;
  /** As many as could be read. */
  readonly addresses: readonly string[];
}

const headerBytes = 12;
const inClass = 1;
const rcodes = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];

/** A name as DNS has it, without the dot of the root. Throws Cannot for what is none. */
export function dnsName(text: string): string {
  const parsed = parseHost(text);
  if ('address' in parsed)
    throw new Cannot('rejected', `Unexpected name ${parsed.address}, expected a DNS name`);
  return parsed.name.replace(/\.$/, '');
}

/** A question that asks for recursion. The name is one that `dnsName` gave. */
export function encodeQuestion({ id, name, record }: Question): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt16BE(id, 0);
  header.writeUInt16BE(0x0100, 2); // RD
  header.writeUInt16BE(1, 4);
  const labels = name
    .split('.')
    .map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label, 'latin1')]));
  const tail = Buffer.alloc(5);
  tail.writeUInt16BE(recordTypes[record], 1);
  tail.writeUInt16BE(inClass, 3);
  return Buffer.concat([header, ...labels, tail]);
}

/** The id of what may be a reply; `undefined` for a question or for what is too short. */
export function replyId(bytes: Buffer): number | undefined {
  return bytes.length < headerBytes || (bytes.readUInt8(2) & 0x80) === 0 ? undefined : bytes.readUInt16BE(0);
}

/** The reply to one of these questions, or `undefined` if it is not one: another id, another question, no DNS at all. */
export function decodeReply(
  bytes: Buffer,
  questions: readonly Question[],
): { readonly question: Question; readonly reply: Reply } | undefined {
  const id = replyId(bytes);
  const question = questions.find((one) => one.id === id);
  if (question === undefined || bytes.readUInt16BE(4) !== 1) return undefined;
  const reader = new Reader(bytes);
  try {
    const name = reader.name();
    const type = reader.uint16();
    if (name !== question.name || type !== recordTypes[question.record] || reader.uint16() !== inClass)
      return undefined;
  } catch {
    return undefined;
  }
  const truncated = (bytes.readUInt8(2) & 0x02) !== 0;
  const code = bytes.readUInt8(3) & 0x0f;
  const rcode = rcodes[code] ?? `RCODE${code}`;
  const addresses: string[] = [];
  try {
    for (let left = bytes.readUInt16BE(6); left > 0; left--) {
      const address = reader.address(recordTypes[question.record]);
      if (address !== undefined) addresses.push(address);
    }
  } catch {
    // What is truncated may end anywhere.
    if (!truncated) return { question, reply: { truncated, rcode: 'malformed', addresses } };
  }
  return { question, reply: { truncated, rcode, addresses } };
}

/** Reads forward; throws RangeError at the end of the message and where a name cannot be followed. */
class Reader {
  readonly #bytes: Buffer;
  #at = headerBytes;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  uint16(): number {
    const value = this.#bytes.readUInt16BE(this.#at);
    this.#at += 2;
    return value;
  }

  /** In lower case. A pointer must lead back, further than any before it, so that none can go round in a loop. */
  name(): string {
    const labels: string[] = [];
    let at = this.#at;
    let end: number | undefined;
    let lowest = at;
    let length = 0;
    for (;;) {
      const size = this.#bytes.readUInt8(at);
      if (size === 0) break;
      if ((size & 0xc0) === 0xc0) {
        const target = this.#bytes.readUInt16BE(at) & 0x3fff;
        end ??= at + 2;
        if (target >= lowest || target < headerBytes)
          throw new RangeError('a pointer that does not lead back');
        lowest = target;
        at = target;
        continue;
      }
      length += size + 1;
      if (size > 63 || length > 254 || at + 1 + size > this.#bytes.length)
        throw new RangeError('a name too long');
      labels.push(this.#bytes.toString('latin1', at + 1, at + 1 + size));
      at += size + 1;
    }
    this.#at = end ?? at + 1;
    return labels.join('.').toLowerCase();
  }

  /** One record: its address if it is of this type (an alias on the way is not). */
  address(wanted: number): string | undefined {
    this.name();
    const type = this.uint16();
    const recordClass = this.uint16();
    this.#at += 4; // TTL
    const size = this.uint16();
    const from = this.#at;
    if (from + size > this.#bytes.length) throw new RangeError('a record past the end');
    this.#at += size;
    if (type !== wanted || recordClass !== inClass) return undefined;
    if (size !== (wanted === recordTypes.a ? 4 : 16)) throw new RangeError('an address of another size');
    const data = this.#bytes.subarray(from, from + size);
    if (size === 4) return [...data].join('.');
    return Array.from({ length: 8 }, (_, group) => data.readUInt16BE(group * 2).toString(16)).join(':');
  }
}
