import { connectRedisFailingFast } from '../platform/redis.ts';
import { CliError } from './error.ts';

/** Says at once that there is none; one that goes away later is waited for. */
export async function findRedis(url: string): Promise<void> {
  const redis = connectRedisFailingFast(url);
  try {
    await redis.ping();
  } catch (error) {
    const said = error instanceof Error ? error.message : '';
    throw new CliError(`No Redis at ${new URL(url).host} (REDIS_URL): ${said}`, 1, { cause: error });
  } finally {
    redis.disconnect();
  }
}

/** `netcheck run` has queues and results that only it knows: those of a cluster of its own. */
export function clusterOfRun(id: string): string {
  return `cli-${id}`;
}
