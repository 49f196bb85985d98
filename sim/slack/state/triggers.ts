import { randomBytes } from 'node:crypto';
import { SlackError } from '../slack-error.ts';

interface Trigger {
  readonly user: string;
  readonly expires: number;
  used: boolean;
}

/** trigger_ids: single use, three seconds. */
export class Triggers {
  readonly #triggers = new Map<string, Trigger>();
  readonly #ttlMs: number;

  constructor(ttlMs: number) {
    this.#ttlMs = ttlMs;
  }

  mint(user: string): string {
    const id = `${Math.floor(Date.now() / 1000)}.${randomBytes(5).toString('hex')}`;
    this.#triggers.set(id, { user, expires: Date.now() + this.#ttlMs, used: false });
    return id;
  }

  /** The person who did something, once. */
  exchange(id: string): string {
    const trigger = this.#triggers.get(id);
    if (trigger === undefined) throw new SlackError('invalid_trigger_id');
    if (trigger.used) throw new SlackError('exchanged_trigger_id');
    if (Date.now() > trigger.expires) throw new SlackError('expired_trigger_id');
    trigger.used = true;
    return trigger.user;
  }
}
