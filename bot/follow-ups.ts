import { Run } from '../core/follow-up/again.ts';
import { Note } from '../core/follow-up/notes.ts';
import { keys } from '../core/jobs.ts';
import { Watch } from '../core/watch/watch.ts';
import type { Documents } from '../platform/documents.ts';

/** What people asked for after an investigation was over. */
export class FollowUps {
  readonly #documents: Documents;

  constructor(documents: Documents) {
    this.#documents = documents;
  }

  /** How often an investigation was looked at again, oldest first; the first has the number 1. */
  async runs(investigation: string): Promise<readonly Run[]> {
    const entries = await this.#documents.entries(keys.runs(investigation));
    return [...entries].sort(([a], [b]) => Number(a) - Number(b)).map(([, value]) => Run.parse(value));
  }

  /** False if somebody else had this number first. */
  async addRun(investigation: string, nr: number, run: Run): Promise<boolean> {
    return this.#documents.add(keys.runs(investigation), String(nr), run);
  }

  /** The newest watch of an investigation, under way or over. */
  async watch(investigation: string): Promise<Watch | undefined> {
    const document = await this.#documents.read(keys.watch(investigation));
    return document && Watch.parse(document.value);
  }

  /** Writes what is one revision on; false if somebody else has done that. */
  async writeWatch(investigation: string, watch: Watch): Promise<boolean> {
    return this.#documents.write(keys.watch(investigation), watch.revision, watch);
  }

  /** Notes what a person said in one message; the first of a message stays. */
  async addNote(investigation: string, message: string, note: Note): Promise<void> {
    await this.#documents.add(keys.notes(investigation), message, note);
  }

  /** Oldest first. */
  async notes(investigation: string): Promise<readonly Note[]> {
    const entries = await this.#documents.entries(keys.notes(investigation));
    return [...entries.values()].map((value) => Note.parse(value)).sort((a, b) => a.at - b.at);
  }
}
