/** The lines of a table, its header first. A bar ends a cell, inside code as well. */
export function tableOf(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [header, header.map(() => '---'), ...rows].map(
    (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`,
  );
}

export function code(text: string): string {
  return `\`${text}\``;
}
