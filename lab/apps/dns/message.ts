import { decode, encode, AUTHORITATIVE_ANSWER, RECURSION_AVAILABLE, RECURSION_DESIRED } from 'dns-packet';

/** One question as it came. */
export interface Question {
  readonly bytes: Buffer;
  readonly name: string;
  readonly type: string;
}

const rcodes = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'] as const;
export type Rcode = (typeof rcodes)[number];

/** The question of a message, or `undefined` for what is none. */
export function questionIn(bytes: Buffer): Question | undefined {
  try {
    const { type, questions: [question] = [] } = decode(bytes);
    return type === 'query' && question !== undefined
      ? { bytes, name: question.name, type: question.type }
      : undefined;
  } catch {
    return undefined;
  }
}

/** The answer of a server to which the name belongs. */
export function answerTo(
  { bytes, name, type }: Question,
  { rcode, addresses = [], ttl = 0 }: { rcode: Rcode; addresses?: readonly string[]; ttl?: number },
): Buffer {
  const wantsRecursion = bytes.readUInt16BE(2) & RECURSION_DESIRED;
  return encode({
    type: 'response',
    id: bytes.readUInt16BE(0),
    flags: wantsRecursion | RECURSION_AVAILABLE | AUTHORITATIVE_ANSWER | rcodes.indexOf(rcode),
    questions: [{ name, type: type as 'A' }],
    answers: addresses.map((data) => ({ name, type: 'A', ttl, data })),
  });
}

/** The same message under another id, which is its first two bytes. */
export function withId(bytes: Buffer, id: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt16BE(id, 0);
  return copy;
}

export function rcodeOf(reply: Buffer): string {
  const code = reply.readUInt8(3) & 0x0f;
  return rcodes[code] ?? String(code);
}

/** Seconds for which an answer may be kept: the shortest time of its records, none where it has none. */
export function timeToLive(reply: Buffer): number {
  const { answers = [] } = decode(reply);
  return answers.length === 0 ? 0 : Math.min(...answers.map((one) => ('ttl' in one ? (one.ttl ?? 0) : 0)));
}
