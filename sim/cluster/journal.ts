/** One request as the server saw it. */
interface JournalEntry {
  readonly at: Date;
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** `get`, `list`, `watch`, `create`, …: for a path that is no resource the lower-case method. */
  readonly verb: string;
  readonly group: string;
  /** `pods`, or `pods/log` for a subresource; empty for a path that is no resource. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  /** Empty where the token was missing or unknown. */
  readonly user: string;
  /** The HTTP status answered; 0 where an injected fault answered nothing. */
  readonly status: number;
  readonly dryRun: boolean;
  readonly body: string;
}

export interface Journal {
  readonly entries: readonly JournalEntry[];
  /** Entries that have all of these values. */
  matching(wanted: Partial<JournalEntry>): readonly JournalEntry[];
  clear(): void;
  record(entry: JournalEntry): void;
}

export function makeJournal(): Journal {
  let entries: JournalEntry[] = [];
  return {
    get entries() {
      return entries;
    },
    matching: (wanted) =>
      entries.filter((entry) =>
        Object.entries(wanted).every(([field, value]) => entry[field as keyof JournalEntry] === value),
      ),
    clear() {
      entries = [];
    },
    record(entry) {
      entries.push(entry);
    },
  };
}
