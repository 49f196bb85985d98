/** A cell that is a number stands to the right. */
export type Cell = string | { readonly right: string };

/** Rows with their columns one below the other, two spaces between them, moved to the right by two. */
export function columns(rows: readonly (readonly Cell[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [n, cell] of row.entries()) widths[n] = Math.max(widths[n] ?? 0, textOf(cell).length);
  return rows.map((row) => {
    const cells = row.map((cell, n) => {
      const width = widths[n] ?? 0;
      return typeof cell === 'string' ? cell.padEnd(width) : cell.right.padStart(width);
    });
    return `  ${cells.join('  ')}`.trimEnd();
  });
}

/** A text of at most so many characters, its middle left out if need be: names differ at their ends. */
export function fit(text: string, width: number): string {
  if (text.length <= width) return text;
  const head = Math.ceil((width - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (width - 1 - head))}`;
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.right;
}
