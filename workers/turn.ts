import { randomUUID } from 'node:crypto';
import type { Remediation } from '../core/remediation/state.ts';
import type { RemediationRecords } from '../platform/remediation-records.ts';

/** Whether a run may do what seems undone: nobody else can have done it; another run may have; one has said what came of it. */
export type WhoseTurn = 'mine' | 'maybe-another' | 'over';

/**
 * Several runs may be at one change: one that stalled and was thought dead, and the one that came in its place. An object
 * that is not done, but is no longer what it was, may have been written by one of them and changed back by a person. Each
 * run signs in before it looks, and whoever dies stays signed in; so a run that finds itself alone after it has looked
 * knows that nobody else wrote, and the resourceVersion that it saw stops whoever comes later.
 */
export class Turn {
  readonly #records: RemediationRecords;
  readonly #seen: Remediation;
  readonly #run = randomUUID();
  #standsBack = false;
  #hasWritten = false;

  constructor(records: RemediationRecords, seen: Remediation) {
    this.#records = records;
    this.#seen = seen;
  }

  /** Before it looks. False where it stands back, and another one is still at it. */
  async signIn(): Promise<boolean> {
    if (this.#standsBack && (await this.#others()).length > 0) return false;
    this.#standsBack = false;
    await this.#records.signIn(this.#seen.proposal.id, this.#run);
    return true;
  }

  /** After it has looked. Of two that would wait for each other the second by name stands back. */
  async whose(): Promise<WhoseTurn> {
    const others = await this.#others();
    if ((await this.#records.revision(this.#seen.proposal.id)) !== this.#seen.revision) return 'over';
    if (others.length === 0) return 'mine';
    this.#standsBack = !this.#hasWritten && others.some((other) => other < this.#run);
    if (this.#standsBack) await this.signOut();
    return 'maybe-another';
  }

  /** Something of the change is done: the others cannot count on this run as one that did nothing. */
  wrote(): void {
    this.#hasWritten = true;
  }

  /** After it has said what came of it. */
  async signOut(): Promise<void> {
    await this.#records.signOut(this.#seen.proposal.id, this.#run);
  }

  async #others(): Promise<readonly string[]> {
    const all = await this.#records.signedIn(this.#seen.proposal.id);
    return all.filter((run) => run !== this.#run);
  }
}
