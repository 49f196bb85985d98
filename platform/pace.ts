import type { Redis } from 'ioredis';

/**
 * Two leaky buckets. That of one's own is charged at once: it is the time at which it will be full again, and what is taken
 * beyond its fill waits until it has leaked in. That of all is charged when one starts, so that nobody is kept waiting by
 * what starts later: it is a list of starts, in which one gets the first place that leaves all others theirs. Times are
 * milliseconds from now on. What was answered for an id is answered again.
 */
const takeTurn = `
local answered = redis.call('GET', KEYS[3])
if answered then return answered end
local now, minute = tonumber(ARGV[1]), 60000
local every, everyOwn = minute / tonumber(ARGV[2]), minute / tonumber(ARGV[3])

local own = math.max(tonumber(redis.call('GET', KEYS[2]) or '0') - now, 0) + everyOwn
redis.call('SET', KEYS[2], string.format('%.3f', now + own), 'PX', math.ceil(own) + minute)

redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - minute)
local starts = {}
for place, score in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')) do
  if place % 2 == 0 then starts[#starts + 1] = tonumber(score) - now end
end
-- How many of the starts are before it, and when the bucket is full again after them.
local before, full = 0, -minute
local function pass(last)
  for place = before + 1, last do full = math.max(full, starts[place]) + every end
  before = last
end
-- The first start that would be too early behind one at this time; a millisecond is lost in rounding.
local function inTheWay(start)
  local filled = math.max(full, start) + every
  for place = before + 1, #starts do
    if filled <= starts[place] then return nil end
    filled = filled + every
    if filled - minute > starts[place] + 1 then return place end
  end
end
local start
repeat
  start = math.max(own - minute, 0, full + every - minute)
  local blocking
  if starts[before + 1] and starts[before + 1] < start then blocking = before + 1 else blocking = inTheWay(start) end
  if blocking then pass(blocking) end
until not blocking

local at, ahead = math.floor(now + start + 0.5), 0
for _, other in ipairs(starts) do
  if other > 0 and other < start then ahead = ahead + 1 end
end
redis.call('ZADD', KEYS[1], at, KEYS[3])
redis.call('PEXPIRE', KEYS[1], math.ceil(math.max(start, starts[#starts] or 0)) + 2 * minute)
local answer = string.format('%.0f %.0f', at, ahead)
redis.call('SET', KEYS[3], answer, 'EX', ARGV[4])
return answer`;

/** As many as that may start in a minute, all at once or one by one. */
interface Bucket {
  readonly key: string;
  readonly perMinute: number;
}

interface Buckets {
  readonly all: Bucket;
  /** For what may keep itself waiting, and nobody else. */
  readonly own: Bucket;
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
    { all, own }: Buckets,
    now: number,
  ): Promise<{ readonly at: number; readonly ahead: number }> {
    const answer = await this.#redis.eval(
      takeTurn,
      3,
      all.key,
      own.key,
      key,
      now,
      all.perMinute,
      own.perMinute,
      this.#ttlSeconds,
    );
    const [at = now, ahead = 0] = String(answer).split(' ').map(Number);
    return { at, ahead };
  }
}
