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
    const { line, column } = pieceOf(where, offset);
    this.found.push({ file: this.#file, line, column, message });
  }

  /** From top to bottom, as a writer mends them. */
  inOrder(): readonly PlaybookProblem[] {
    return [...this.found].sort((a, b) => a.line - b.line || a.column - b.column);
  }
}

/** What stands `offset` characters into a piece of text: itself a piece, with its own place. */
export function pieceOf(where: Located, offset: number, text = where.text.slice(offset)): Located {
  const before = where.text.slice(0, offset);
  const line = where.line + before.split('\n').length - 1;
  const lineBreak = before.lastIndexOf('\n');
  const column = lineBreak === -1 ? where.column + before.length : before.length - lineBreak;
  return { text, line, column };
}

/** `playbooks/causes/x.md:12:3 Unexpected X, expected Y` */
export function formatProblem({ file, line, column, message }: PlaybookProblem): string {
  return `${file}:${line}:${column} ${message}`;
}
