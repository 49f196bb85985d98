import { keys, KeptPlaybooks } from '../core/jobs.ts';
import type { Library } from '../core/playbook/library.ts';
import { parseRecorded, recordPlaybooks } from '../core/playbook/recorded.ts';
import type { Documents } from '../platform/documents.ts';
import type { PlaybookSource } from '../platform/playbook-source.ts';

/** As many versions as are remembered beside the current one. */
const remembered = 8;
const dayMs = 24 * 3600 * 1000;

/**
 * The playbooks that investigations began with. They are kept in Redis as they were written, because workers take up a
 * change at different moments: evidence that one version asked for must not be judged by the rules of another.
 */
export class PlaybookVersions {
  readonly #source: PlaybookSource;
  readonly #documents: Documents;
  readonly #known = new Map<string, Promise<Library | undefined>>();

  constructor(source: PlaybookSource, documents: Documents) {
    this.#source = source;
    this.#documents = documents;
  }

  current(): Library {
    return this.#source.current().library;
  }

  /** Keeps the current playbooks as long as what is found by them, and says their version. */
  async keep(): Promise<string> {
    const { version, library } = this.#source.current();
    this.#remember(version, Promise.resolve(library));
    const key = keys.playbooks(version);
    // Written again each day, so that they outlive the last investigation that began with them.
    const day = Math.floor(Date.now() / dayMs);
    if (((await this.#documents.rank(key)) ?? -1) < day) {
      const kept: KeptPlaybooks = { files: recordPlaybooks(library) };
      await this.#documents.write(key, day, kept);
    }
    return version;
  }

  /** The playbooks of a version; undefined where they are lost, or written for another netcheck than this. */
  async find(version: string): Promise<Library | undefined> {
    const current = this.#source.current();
    if (version === current.version) return current.library;
    const known = this.#known.get(version);
    if (known !== undefined) return known;
    const found = this.#read(version);
    this.#remember(version, found);
    found.catch(() => this.#known.delete(version));
    return found;
  }

  async #read(version: string): Promise<Library | undefined> {
    const stored = await this.#documents.read(keys.playbooks(version));
    if (stored === undefined) return undefined;
    const { files } = KeptPlaybooks.parse(stored.value);
    const parsed = parseRecorded(files);
    return 'problems' in parsed ? undefined : parsed.library;
  }

  #remember(version: string, library: Promise<Library | undefined>): void {
    this.#known.delete(version);
    this.#known.set(version, library);
    const [oldest] = this.#known.keys();
    if (this.#known.size > remembered && oldest !== undefined) this.#known.delete(oldest);
  }
}
