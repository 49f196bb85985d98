/** A mistake in a playbook, where a person can put the cursor on it. Lines and columns count from 1. */
export interface PlaybookProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** A piece of a playbook's text that knows where its first character stands. */
export interface Located {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** Collects what is wrong with one file, so that a writer sees every mistake at once. */
export class Problems {
  readonly found: PlaybookProblem[] = [];
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** `offset` counts characters into `where.text`. */
  report(message: string, where: Located, offset = 0): void {
    const before = where.text.slice(0, offset).split('\n');
    const line = where.line + before.length - 1;
    const lastLine = before.at(-1) ?? '';
    const column = before.length === 1 ? where.column + lastLine.length : lastLine.length + 1;
    this.found.push({ file: this.#file, line, column, message });
  }
}

/** `playbooks/causes/x.md:12:3 Unexpected X, expected Y` */
export function formatProblem({ file, line, column, message }: PlaybookProblem): string {
  return `${file}:${line}:${column} ${message}`;
}
