/** Calls a minute. https://docs.slack.dev/apis/web-api/rate-limits; per method and workspace. */
const perMinute = {
  tier1: 1,
  tier2: 20,
  tier3: 50,
  tier4: 100,
  /** chat.postMessage into one channel. */
  posting: 60,
  /** chat.postMessage into all channels: "several hundred". */
  workspace: 300,
  generous: 600,
} as const;
export type Tier = keyof typeof perMinute;

/**
 * Calls that may come at once. Slack promises `n+` a minute and tolerates small bursts; apps.connections.open must
 * allow the ten connections an app may hold.
 */
const burst: Record<Tier, number> = {
  tier1: 10,
  tier2: 20,
  tier3: 50,
  tier4: 100,
  posting: 4,
  workspace: 300,
  generous: 600,
};

/** Token buckets. */
export class Rates {
  readonly #buckets = new Map<string, { tokens: number; at: number }>();
  readonly #scale: number;

  constructor(scale: number) {
    this.#scale = scale;
  }

  /** Takes one call; answers 0, or the whole seconds to wait as `Retry-After` says them. */
  take(key: string, tier: Tier): number {
    if (this.#scale === Infinity) return 0;
    const capacity = Math.max(1, burst[tier] * this.#scale);
    const perMs = (perMinute[tier] * this.#scale) / 60_000;
    const now = Date.now();
    const bucket = this.#buckets.get(key) ?? { tokens: capacity, at: now };
    const tokens = Math.min(capacity, bucket.tokens + (now - bucket.at) * perMs);
    this.#buckets.set(key, { tokens: tokens < 1 ? tokens : tokens - 1, at: now });
    return tokens < 1 ? Math.max(1, Math.ceil((1 - tokens) / perMs / 1000)) : 0;
  }
}
