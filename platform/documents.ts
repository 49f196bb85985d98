import type { Redis } from 'ioredis';

/** Writes only what is newer than what is there: `rank` says how far along the value is. */
const writeIfNewer = `
local stored = redis.call('HGET', KEYS[1], 'rank')
if stored and tonumber(stored) >= tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'rank', ARGV[1], 'value', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1`;

/** Gives a key to the first who wants it; answers who has it. */
const holdFirst = `
redis.call('SET', KEYS[1], ARGV[1], 'NX', 'EX', ARGV[2])
return redis.call('GET', KEYS[1])`;

/** Takes as many as are left of a budget. */
const takeUpTo = `
local taken = tonumber(redis.call('GET', KEYS[1]) or '0')
local granted = math.max(0, math.min(tonumber(ARGV[1]), tonumber(ARGV[2]) - taken))
redis.call('SET', KEYS[1], taken + granted, 'EX', ARGV[3])
return granted`;

export interface Ranked {
  readonly rank: number;
  readonly value: unknown;
}

/**
 * JSON documents in Redis that only move forward. Writers need no lock: of two that write at once the one further along
 * wins, and of two equals the first, which makes a write of `rank + 1` a compare-and-set.
 */
export class Documents {
  readonly #redis: Redis;
  readonly #ttlSeconds: number;

  constructor(redis: Redis, ttlSeconds: number) {
    this.#redis = redis;
    this.#ttlSeconds = ttlSeconds;
  }

  /** True if the value was written, false if what is there is as new or newer. */
  async write(key: string, rank: number, value: unknown): Promise<boolean> {
    const written = await this.#redis.eval(
      writeIfNewer,
      1,
      key,
      rank,
      JSON.stringify(value),
      this.#ttlSeconds,
    );
    return written === 1;
  }

  async read(key: string): Promise<Ranked | undefined> {
    const [rank, value] = await this.#redis.hmget(key, 'rank', 'value');
    return typeof rank === 'string' && typeof value === 'string'
      ? { rank: Number(rank), value: JSON.parse(value) as unknown }
      : undefined;
  }

  /** The rank alone: cheap enough to ask often. */
  async rank(key: string): Promise<number | undefined> {
    const rank = await this.#redis.hget(key, 'rank');
    return rank === null ? undefined : Number(rank);
  }

  /** Adds one entry to a set of entries; the first of its name stays. True if this is it. */
  async add(key: string, name: string, value: unknown): Promise<boolean> {
    const adding = this.#redis.multi().hsetnx(key, name, JSON.stringify(value)).expire(key, this.#ttlSeconds);
    const [added] = (await adding.exec()) ?? [];
    return added?.[1] === 1;
  }

  /** Takes one entry away. */
  async drop(key: string, name: string): Promise<void> {
    await this.#redis.hdel(key, name);
  }

  async entries(key: string): Promise<ReadonlyMap<string, unknown>> {
    const all = await this.#redis.hgetall(key);
    return new Map(Object.entries(all).map(([name, value]) => [name, JSON.parse(value) as unknown]));
  }

  /** True for the first who claims this key within `ttlSeconds`, false for everyone after. */
  async claim(key: string, ttlSeconds: number): Promise<boolean> {
    return (await this.#redis.set(key, '1', 'EX', ttlSeconds, 'NX')) === 'OK';
  }

  /**
   * Gives this key for `ttlSeconds` to the first who wants it, and answers who holds it: whoever finds its own name there
   * goes on, also when a crash made it begin anew.
   */
  async hold(key: string, holder: string, ttlSeconds: number): Promise<string> {
    return String(await this.#redis.eval(holdFirst, 1, key, holder, ttlSeconds));
  }

  /** Claims this key whoever has it, for `ttlSeconds` from now on or until it is released. */
  async mark(key: string, ttlSeconds?: number): Promise<void> {
    await (ttlSeconds === undefined
      ? this.#redis.set(key, '1')
      : this.#redis.set(key, '1', 'EX', ttlSeconds));
  }

  /** True if anybody had it. */
  async release(key: string): Promise<boolean> {
    return (await this.#redis.del(key)) === 1;
  }

  /** Takes up to `wanted` of a budget of `most`; answers how many there were. Two who take at once share what is left. */
  async take(key: string, wanted: number, most: number): Promise<number> {
    return Number(await this.#redis.eval(takeUpTo, 1, key, wanted, most, this.#ttlSeconds));
  }

  async isClaimed(key: string): Promise<boolean> {
    return (await this.#redis.exists(key)) === 1;
  }

  /** Remembers a name with the time (unix milliseconds) it belongs to; old ones are dropped. */
  async remember(key: string, name: string, at: number): Promise<void> {
    const oldest = at - this.#ttlSeconds * 1000;
    await this.#redis
      .multi()
      .zadd(key, at, name)
      .zremrangebyscore(key, 0, oldest)
      .expire(key, this.#ttlSeconds)
      .exec();
  }

  /** The names remembered last, newest first. */
  async recall(key: string, limit: number): Promise<readonly string[]> {
    return this.#redis.zrevrange(key, 0, limit - 1);
  }
}
