/** A text as the inside of a double-quoted PromQL string. */
export function escapePromqlString(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

/** Texts as the inside of a double-quoted PromQL string under `=~`: any of them, each taken literally (RE2). */
export function escapePromqlRegex(texts: readonly string[]): string {
  return escapePromqlString(texts.map((text) => text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')).join('|'));
}
