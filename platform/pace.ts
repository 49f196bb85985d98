import type { Redis } from 'ioredis';

/**
 * Two leaky buckets at once. Each is the time at which it will be full again; what is taken from one beyond its fill waits
 * until it has leaked in. What was answered for an id is answered again.
 */
const takeTurn = `
local answered = redis.call('GET', KEYS[3])
if answered then return answered end
local now = tonumber(ARGV[1])
local start, ahead = now, 0
for bucket = 1, 2 do
  local perMinute = tonumber(ARGV[1 + bucket])
  local every = 60000 / perMinute
  local full = math.max(tonumber(redis.call('GET', KEYS[bucket]) or '0'), now) + every
  redis.call('SET', KEYS[bucket], string.format('%.3f', full), 'PX', math.ceil(full - now) + 60000)
  local turn = full - 60000
  if turn > start then
    start = turn
    ahead = math.max(0, math.ceil((turn - now) / every) - 1)
  end
end
local answer = string.format('%.0f %.0f', math.ceil(start), ahead)
redis.call('SET', KEYS[3], answer, 'EX', ARGV[4])
return answer`;

/** As many as that may start in a minute, all at once or one by one. */
interface Bucket {
  readonly key: string;
  readonly perMinute: number;
}

/** Spreads what comes in bursts over time, for all processes together. */
export class Pace {
  readonly #redis: Redis;
  readonly #ttlSeconds: number;

  constructor(redis: Redis, ttlSeconds: number) {
    this.#redis = redis;
    this.#ttlSeconds = ttlSeconds;
  }

  /** When it is the turn of `key` in both buckets, in unix milliseconds, and how many wait before it. */
  async turnOf(
    key: string,
    buckets: readonly [Bucket, Bucket],
    now: number,
  ): Promise<{ readonly at: number; readonly ahead: number }> {
    const [one, other] = buckets;
    const answer = await this.#redis.eval(
      takeTurn,
      3,
      one.key,
      other.key,
      key,
      now,
      one.perMinute,
      other.perMinute,
      this.#ttlSeconds,
    );
    const [at = now, ahead = 0] = String(answer).split(' ').map(Number);
    return { at, ahead };
  }
}
