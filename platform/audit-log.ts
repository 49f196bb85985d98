import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { AuditEntry, auditKeys, canonical } from '../core/audit.ts';
import type { Logger } from './logger.ts';

/** The number and the hash of an entry. Whoever keeps those of the newest can prove later that all up to it is there. */
export interface Head {
  /** Counts from 1. */
  readonly seq: number;
  /** SHA-256 of the hash of the entry before and of this one's text, in hexadecimal. */
  readonly hash: string;
}

/** An entry as it is kept. */
export interface Recorded extends Head {
  /** The hash of the entry before. */
  readonly prev: string;
  readonly entry: AuditEntry;
}

export interface Wanted {
  /** Unix milliseconds, of when it happened. */
  readonly from?: number;
  readonly to?: number;
  readonly proposal?: string;
}

/** Whether all entries are as they were written, or the first that is not. */
export type Verification =
  | { readonly ok: true; readonly entries: number; readonly head: Head }
  | { readonly ok: false; readonly seq: number; readonly why: string };

/** An entry that is no entry: somebody else wrote it, or a newer netcheck. */
export class UnreadableEntry extends Error {
  override readonly name = 'UnreadableEntry';
}

/** What stands before the first entry. */
const origin: Head = { seq: 0, hash: '0'.repeat(64) };

/**
 * Adds an entry if it follows the newest, unless one was made for its key. Answers what came of it, with the number and
 * hash of the entry that was made for the key, or of the newest where it has `moved` on. Redis itself knows no SHA-256, so
 * whoever calls makes the hash.
 */
const addAfter = `
local made = redis.call('HGET', KEYS[3], ARGV[1])
if made then return {'made', string.match(made, '^(%d+):(.*)$')} end
local head = redis.call('HMGET', KEYS[2], 'seq', 'hash')
local seq = head[1] or ARGV[5]
local hash = head[2] or ARGV[6]
if hash ~= ARGV[2] then return {'moved', seq, hash} end
local following = string.format('%.0f', tonumber(seq) + 1)
redis.call('XADD', KEYS[1], '*', 'seq', following, 'prev', ARGV[2], 'hash', ARGV[3], 'entry', ARGV[4])
redis.call('HSET', KEYS[2], 'seq', following, 'hash', ARGV[3])
redis.call('HSET', KEYS[3], ARGV[1], following .. ':' .. ARGV[3])
return {'added', following, ARGV[3]}`;

/** How many entries are read at once. */
const pageSize = 500;

/**
 * The record of what was done to a cluster: a chain of hashes in a Redis stream, written by any number of processes at
 * once and never cut. It shows what was changed afterwards; it cannot keep anybody from it who may write to Redis.
 */
export class AuditLog {
  readonly #redis: Redis;
  readonly #cluster: string;
  readonly #keys: ReturnType<typeof auditKeys>;
  readonly #logger: Logger;
  readonly #told: (entry: AuditEntry) => void;
  /** The newest entry that this process knows of; a guess, which Redis corrects. */
  #newest = origin;

  /** `told` hears of each entry that this process makes, once. */
  constructor(
    redis: Redis,
    cluster: string,
    logger: Logger,
    told: (entry: AuditEntry) => void = () => undefined,
  ) {
    this.#redis = redis;
    this.#cluster = cluster;
    this.#keys = auditKeys(cluster);
    this.#logger = logger;
    this.#told = told;
  }

  /** Makes an entry, once for each `key`: whoever does not know whether it was made makes it again. */
  async append(happened: Omit<AuditEntry, 'cluster'>, key: string): Promise<Head> {
    const entry = AuditEntry.parse({ ...happened, cluster: this.#cluster });
    const text = canonical(entry);
    // Each attempt that comes too late means that another entry was added: it ends.
    for (;;) {
      const hash = hashOf(this.#newest.hash, text);
      const { outcome, head } = await this.#add(key, this.#newest.hash, hash, text);
      if (outcome !== 'made') this.#newest = head;
      if (outcome === 'moved') continue;
      if (outcome === 'added') this.#told(entry);
      // Also where it was made before: a crash may have come between the entry and its line.
      this.#logger.info({ audit: entry, ...head, repeated: outcome === 'made' }, 'audit');
      return head;
    }
  }

  async #add(key: string, prev: string, hash: string, text: string): Promise<Attempt> {
    const { entries, head, made } = this.#keys;
    const given = [key, prev, hash, text, origin.seq, origin.hash];
    const answer = (await this.#redis.eval(addAfter, 3, entries, head, made, ...given)) as string[];
    const [outcome = '', seq, newest = ''] = answer;
    return { outcome, head: { seq: Number(seq), hash: newest } };
  }

  /** Oldest first. */
  async *read({ from = -Infinity, to = Infinity, proposal }: Wanted = {}): AsyncGenerator<Recorded, void> {
    for await (const { text, ...kept } of this.#walk()) {
      const entry = readEntry(kept.seq, text);
      if (entry.at < from || entry.at > to) continue;
      if (proposal === undefined || entry.proposal === proposal) yield { ...kept, entry };
    }
  }

  /** Walks the whole chain; `kept` is an entry that somebody has noted down elsewhere. */
  async verify(kept: Head = origin): Promise<Verification> {
    // Read before the entries, so that those which are added meanwhile do no harm.
    const newest = await this.#head();
    let last = origin;
    for await (const one of this.#walk()) {
      const why = breakAt(last, one) ?? differenceFrom(kept, one) ?? differenceFrom(newest, one);
      if (why !== undefined) return { ok: false, seq: last.seq + 1, why };
      last = { seq: one.seq, hash: one.hash };
    }
    const expected = Math.max(kept.seq, newest.seq);
    if (last.seq < expected)
      return { ok: false, seq: last.seq + 1, why: `it is missing, with all after it up to ${expected}` };
    // A note that is no number is not one either.
    if (!((await this.#head()).seq >= last.seq))
      return {
        ok: false,
        seq: last.seq,
        why: 'it is not noted as the newest, as every entry is when it is made',
      };
    return { ok: true, entries: last.seq, head: last };
  }

  async #head(): Promise<Head> {
    const [seq, hash] = await this.#redis.hmget(this.#keys.head, 'seq', 'hash');
    return typeof seq === 'string' && typeof hash === 'string' ? { seq: Number(seq), hash } : origin;
  }

  async *#walk(): AsyncGenerator<Kept, void> {
    for (let after = '-'; ;) {
      const page = await this.#redis.xrange(this.#keys.entries, after, '+', 'COUNT', pageSize);
      for (const [, fields] of page) yield keptOf(fields);
      const [id] = page.at(-1) ?? [];
      if (id === undefined || page.length < pageSize) return;
      after = `(${id}`;
    }
  }
}

interface Attempt {
  readonly outcome: string;
  readonly head: Head;
}

/** An entry before it is read. */
interface Kept extends Head {
  readonly prev: string;
  readonly text: string;
}

/** What somebody else wrote may lack any of it. */
function keptOf(fields: readonly string[]): Kept {
  const valueOf = (name: string): string => {
    const at = fields.findIndex((field, index) => index % 2 === 0 && field === name);
    return at === -1 ? '' : (fields[at + 1] ?? '');
  };
  return {
    seq: Number(valueOf('seq')),
    prev: valueOf('prev'),
    hash: valueOf('hash'),
    text: valueOf('entry'),
  };
}

function readEntry(seq: number, text: string): AuditEntry {
  try {
    return AuditEntry.parse(JSON.parse(text));
  } catch (error) {
    throw new UnreadableEntry(`Entry ${seq} cannot be read`, { cause: error });
  }
}

function hashOf(prev: string, text: string): string {
  return createHash('sha256').update(prev).update(text).digest('hex');
}

/** Why an entry does not follow the one before, if it does not. */
function breakAt(last: Head, { seq, prev, hash, text }: Kept): string | undefined {
  if (seq !== last.seq + 1) return `number ${seq} stands in its place`;
  if (prev !== last.hash) return 'it does not follow from the entry before it: one of the two was changed';
  if (hash !== hashOf(prev, text)) return 'it was changed after it was written';
  return undefined;
}

function differenceFrom(noted: Head, { seq, hash }: Kept): string | undefined {
  return seq === noted.seq && hash !== noted.hash ? 'its hash is not the one that was noted down' : undefined;
}

/** `12:ab34…`: a number and a SHA-256. */
export function parseHead(text: string): Head | undefined {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  return seq === undefined || hash === undefined ? undefined : { seq: Number(seq), hash };
}

export function sayHead({ seq, hash }: Head): string {
  return `${seq}:${hash}`;
}
