import { Redis } from 'ioredis';

/** A connection that waits for Redis as long as it takes: for workers, which have nothing better to do. */
export function connectRedis(url: string): Redis {
  return guard(new Redis(url, { maxRetriesPerRequest: null, retryStrategy }));
}

/** A connection that fails within about two seconds: for whoever has a person waiting. */
export function connectRedisFailingFast(url: string): Redis {
  return guard(
    new Redis(url, { maxRetriesPerRequest: 1, commandTimeout: 2000, connectTimeout: 1500, retryStrategy }),
  );
}

/** A connection for whoever wants to know how it is now: without Redis it fails at once, and else within a second. */
export function connectRedisForNow(url: string): Redis {
  return guard(
    new Redis(url, {
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: 1000,
      retryStrategy,
    }),
  );
}

/** Milliseconds until the next attempt to reconnect. */
export function retryStrategy(attempt: number): number {
  return Math.min(100 * attempt, 1000);
}

function guard(redis: Redis): Redis {
  // Every failed attempt to reconnect is an event; without a listener it would end the process.
  redis.on('error', () => undefined);
  return redis;
}
