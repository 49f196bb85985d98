import { keys } from '../core/jobs.ts';
import { advance, type Refusal, type RemediationEvent } from '../core/remediation/advance.ts';
import { Remediation } from '../core/remediation/state.ts';
import type { Documents } from './documents.ts';

/** Told of what happened to a proposal: the entries of its trail from `first` on. It may have been told of some before. */
export type Witness = (remediation: Remediation, first: number) => Promise<void>;

/**
 * How far each proposal of a cluster has come. An event is taken by compare-and-set on the revision: of two at once one
 * counts, and the other is decided anew on what the first has made of it.
 */
export class RemediationRecords {
  readonly #documents: Documents;
  readonly #cluster: string;
  readonly #witness: Witness;

  constructor(documents: Documents, cluster: string, witness: Witness) {
    this.#documents = documents;
    this.#cluster = cluster;
    this.#witness = witness;
  }

  async read(proposal: string): Promise<Remediation | undefined> {
    const document = await this.#documents.read(keys.remediation(this.#cluster, proposal));
    return document && Remediation.parse(document.value);
  }

  /** Grows with each event: cheap enough to ask often. */
  async revision(proposal: string): Promise<number | undefined> {
    return this.#documents.rank(keys.remediation(this.#cluster, proposal));
  }

  /** The proposals that an investigation led to, and later checks of them. */
  async of(investigation: string): Promise<readonly Remediation[]> {
    const entries = await this.#documents.entries(keys.proposals(this.#cluster, investigation));
    const all = await Promise.all([...entries.keys()].map((proposal) => this.read(proposal)));
    return all.filter((one) => one !== undefined);
  }

  /** Makes a proposal that people can decide on, unless it exists; then it stays as far as it has come. */
  async create(fresh: Remediation): Promise<Remediation> {
    const { proposal, investigation, revision } = fresh;
    await this.#documents.add(keys.proposals(this.#cluster, investigation), proposal.id, true);
    await this.#documents.write(keys.remediation(this.#cluster, proposal.id), revision, fresh);
    const now = (await this.read(proposal.id)) ?? fresh;
    await this.#witness(now, 0);
    return now;
  }

  /** Takes an event to whatever the proposal is by now. */
  async take(
    proposal: string,
    event: RemediationEvent,
  ): Promise<
    { readonly next: Remediation } | { readonly refused: Refusal | 'unknown'; readonly now?: Remediation }
  > {
    for (;;) {
      const now = await this.read(proposal);
      if (now === undefined) return { refused: 'unknown' };
      const outcome = advance(now, event, Date.now());
      if ('refused' in outcome) return { ...outcome, now };
      if (await this.#write(outcome.next, now)) return outcome;
    }
  }

  /** What happened is told once more: a crash may have come in between. */
  async tellAgain(remediation: Remediation): Promise<void> {
    await this.#witness(remediation, 0);
  }

  /** From now on this run may write to the cluster. Whoever dies stays signed in. */
  async signIn(proposal: string, run: string): Promise<void> {
    await this.#documents.add(keys.writing(this.#cluster, proposal), run, true);
  }

  async signOut(proposal: string, run: string): Promise<void> {
    await this.#documents.drop(keys.writing(this.#cluster, proposal), run);
  }

  async signedIn(proposal: string): Promise<readonly string[]> {
    return [...(await this.#documents.entries(keys.writing(this.#cluster, proposal))).keys()];
  }

  /** Takes an event only if the proposal is still what `seen` says; whether it was. */
  async takeFrom(seen: Remediation, event: RemediationEvent): Promise<boolean> {
    const outcome = advance(seen, event, Date.now());
    return 'next' in outcome && (await this.#write(outcome.next, seen));
  }

  async #write(next: Remediation, before: Remediation): Promise<boolean> {
    const key = keys.remediation(this.#cluster, next.proposal.id);
    if (!(await this.#documents.write(key, next.revision, next))) return false;
    await this.#witness(next, before.trail.length);
    return true;
  }
}
