/** What every shell takes as one word and as nothing else. */
const word = /^[A-Za-z0-9_./:@,+%-][A-Za-z0-9_./:@=,+%-]*$/;

/** One word of a command: as it is, or in single quotes. Names in a cluster are whatever somebody called them. */
export function quote(text: string): string {
  return word.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Whether a text, or each of several parted by a space, can stand in a command as it is, and is no option of it. */
export function isPlain(text: string): boolean {
  return text.split(' ').every((one) => word.test(one) && !one.startsWith('-'));
}
