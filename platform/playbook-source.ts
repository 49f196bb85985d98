import { formatProblem, type PlaybookProblem } from '../core/playbook/problem.ts';
import type { Logger } from './logger.ts';
import { readPlaybookFolder, type FolderRead } from './playbook-folder.ts';
import { edit, fingerprint, loadPlaybooks, readShippedPlaybooks, type Edition } from './playbooks.ts';

/** The playbooks that a process goes by, as they change under it. */
export interface PlaybookSource {
  /** The last ones without a mistake. */
  current(): Edition;
  /** What is wrong with the files as they are now; while there is anything, `current` is older than they are. */
  problems(): readonly PlaybookProblem[];
  close(): void;
}

/** Milliseconds between two looks at the folder, and between a change and the look that finds it complete. */
interface Pace {
  readonly everyMs: number;
  readonly settleMs: number;
}

const usualPace: Pace = { everyMs: 2000, settleMs: 250 };

/** Loads the shipped playbooks and one's own, and watches one's own; mistakes at the start are a PlaybookError. */
export async function openPlaybooks(
  ownFolder: string | undefined,
  logger: Logger,
  pace = usualPace,
): Promise<PlaybookSource> {
  const first = await loadPlaybooks(ownFolder);
  if (ownFolder === undefined) return { current: () => first, problems: () => [], close: () => undefined };
  // The shipped ones belong to the code that runs: who replaces them starts a new process.
  return new WatchedPlaybooks(ownFolder, await readShippedPlaybooks(), first, logger, pace);
}

/**
 * Reads the whole folder every few seconds and compares what is in it. Events and times of change are not to be trusted
 * here: Kubernetes swaps a symlink above the files, and a network file system tells nobody.
 */
class WatchedPlaybooks implements PlaybookSource {
  readonly #folder: string;
  readonly #shipped: FolderRead;
  readonly #logger: Logger;
  readonly #pace: Pace;
  #current: Edition;
  #problems: readonly PlaybookProblem[] = [];
  /** Fingerprints of the folder: as last read, and as last judged. */
  #seen = '';
  #judged = '';
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(folder: string, shipped: FolderRead, first: Edition, logger: Logger, pace: Pace) {
    this.#folder = folder;
    this.#shipped = shipped;
    this.#current = first;
    this.#logger = logger;
    this.#pace = pace;
    this.#lookIn(0);
  }

  current(): Edition {
    return this.#current;
  }

  problems(): readonly PlaybookProblem[] {
    return this.#problems;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #lookIn(ms: number): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => {
      this.#look().then(
        (next) => this.#lookIn(next),
        (error: unknown) => {
          const message = `Unexpected folder, expected playbooks: ${String(error)}`;
          this.#refuse([{ file: this.#folder, line: 1, column: 1, message }]);
          // The next look judges again, whatever it finds.
          this.#judged = '';
          this.#lookIn(this.#pace.everyMs);
        },
      );
    }, ms).unref();
  }

  /** A change counts once two looks have seen the same: whoever writes several files is done then. */
  async #look(): Promise<number> {
    const read = await readPlaybookFolder(this.#folder);
    const seen = fingerprint(read);
    if (seen !== this.#seen) {
      this.#seen = seen;
      return this.#pace.settleMs;
    }
    if (seen !== this.#judged && !this.#isClosed) {
      this.#judged = seen;
      this.#judge(read);
    }
    return this.#pace.everyMs;
  }

  #judge(read: FolderRead): void {
    const edited = edit(this.#shipped, read);
    if ('problems' in edited) {
      this.#refuse(edited.problems);
      return;
    }
    const wasBroken = this.#problems.length > 0;
    this.#problems = [];
    if (edited.version !== this.#current.version) {
      this.#current = edited;
      const { symptoms, causes } = edited.library;
      const said = { version: edited.version, symptoms: symptoms.length, causes: causes.size };
      this.#logger.info(said, 'changed playbooks are in force');
    } else if (wasBroken) {
      this.#logger.info({ version: edited.version }, 'the playbooks are as they were before their mistakes');
    }
  }
  #refuse(problems: readonly PlaybookProblem[]): void {
    const before = this.#problems.map(formatProblem).join('\n');
    this.#problems = problems;
    if (problems.map(formatProblem).join('\n') === before) return;
    this.#logger.warn(
      { problems: problems.map(formatProblem), version: this.#current.version },
      'the playbooks have mistakes; the last good version stays in force',
    );
  }
}
