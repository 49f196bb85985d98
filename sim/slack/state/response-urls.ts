import { newId } from '../identity.ts';

export interface Respondable {
  readonly channel: string;
  readonly user: string;
  /** The message whose button was pressed; a command has none. */
  readonly messageTs?: string;
}

const uses = 5;

/** response_urls: five uses, thirty minutes. */
export class ResponseUrls {
  readonly #open = new Map<string, { target: Respondable; expires: number; left: number }>();
  readonly #ttlMs: number;

  constructor(ttlMs: number) {
    this.#ttlMs = ttlMs;
  }

  mint(target: Respondable): string {
    const key = newId('R');
    this.#open.set(key, { target, expires: Date.now() + this.#ttlMs, left: uses });
    return key;
  }

  take(key: string): Respondable | 'not_found' | 'used_url' | 'expired_url' {
    const entry = this.#open.get(key);
    if (entry === undefined) return 'not_found';
    if (Date.now() > entry.expires) return 'expired_url';
    if (entry.left === 0) return 'used_url';
    entry.left -= 1;
    return entry.target;
  }
}
