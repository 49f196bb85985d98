import { createHash } from 'node:crypto';
import { callOff, Episode, hear, isLate, isLive, openEpisode, type Word } from '../core/alerts/episode.ts';
import { keys, retentionSeconds } from '../core/jobs.ts';
import type { Documents } from '../platform/documents.ts';

export type Heard =
  | { readonly kind: 'opened' | 'updated'; readonly episode: Episode }
  /** Nothing fires that was not over before. */
  | { readonly kind: 'nothing' };

/**
 * What alerts say, one episode a Service at a time. Words are taken by compare-and-set on the revision, so that bots may
 * hear of one Service at once. An episode is there before the investigation that it begins.
 */
export class Episodes {
  readonly #documents: Documents;
  readonly #cluster: string;

  constructor(documents: Documents, cluster: string) {
    this.#documents = documents;
    this.#cluster = cluster;
  }

  async read(id: string): Promise<Episode | undefined> {
    const document = await this.#documents.read(keys.episode(this.#cluster, id));
    return document && Episode.parse(document.value);
  }

  /** Grows with each word: cheap enough to ask often. */
  async revision(id: string): Promise<number | undefined> {
    return this.#documents.rank(keys.episode(this.#cluster, id));
  }

  /** The latest about a subject, over or not. */
  async about(subject: string): Promise<Episode | undefined> {
    return (await this.#latest(subject)).episode;
  }

  /** Takes words to the episode about a subject that is live at `now`; else, if any fires, opens one by the name `id`. */
  async hear(subject: string, words: readonly Word[], id: string, now: number): Promise<Heard> {
    for (;;) {
      const { rank, episode } = await this.#latest(subject);
      if (episode !== undefined && isLive(episode, now)) {
        const next = hear(episode, words);
        if (next === episode || (await this.#write(next))) return { kind: 'updated', episode: next };
        continue;
      }
      const news = words.filter((word) => episode === undefined || !isLate(episode, word));
      if (!news.some(({ status }) => status === 'firing')) return { kind: 'nothing' };
      // A crash may have left it behind, and nobody hears of it before it is the latest.
      await this.#write(openEpisode(id, news));
      const latest = keys.episodeAbout(this.#cluster, subject);
      if (!(await this.#documents.write(latest, rank + 1, id))) continue;
      const opened = await this.read(id);
      if (opened !== undefined) return { kind: 'opened', episode: opened };
    }
  }

  /** Nobody has looked, and nobody needs to any more. */
  async callOff(id: string): Promise<void> {
    for (;;) {
      const episode = await this.read(id);
      if (episode === undefined || episode.isCalledOff || (await this.#write(callOff(episode)))) return;
    }
  }

  /** Remembers what an alert is about: what says that it is over may say less. */
  async noteSubject(fingerprint: string, subject: string, at: number): Promise<void> {
    await this.#documents.write(this.#subjectKey(fingerprint), at, subject);
  }

  async subjectOf(fingerprint: string): Promise<string | undefined> {
    const noted = await this.#documents.read(this.#subjectKey(fingerprint));
    return noted && String(noted.value);
  }

  async noteBegun(id: string): Promise<void> {
    await this.#documents.claim(keys.begunByAlert(this.#cluster, id), retentionSeconds);
  }

  async isBegun(id: string): Promise<boolean> {
    return this.#documents.isClaimed(keys.begunByAlert(this.#cluster, id));
  }

  #subjectKey(fingerprint: string): string {
    return keys.alertSubject(this.#cluster, createHash('sha256').update(fingerprint).digest('hex'));
  }

  async #latest(subject: string): Promise<{ readonly rank: number; readonly episode: Episode | undefined }> {
    const latest = await this.#documents.read(keys.episodeAbout(this.#cluster, subject));
    if (latest === undefined) return { rank: 0, episode: undefined };
    return { rank: latest.rank, episode: await this.read(String(latest.value)) };
  }

  #write(episode: Episode): Promise<boolean> {
    return this.#documents.write(keys.episode(this.#cluster, episode.id), episode.revision, episode);
  }
}
