import { createHash } from 'node:crypto';

/** Kubernetes' alphabet for generated suffixes: no vowels, nothing that looks like another character. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

export interface Ids {
  uid(): string;
  /** The five characters that `generateName` appends. */
  suffix(): string;
}

function lettersOf(text: string, length: number): string {
  const digest = createHash('sha256').update(text).digest();
  return Array.from(digest.subarray(0, length), (byte) => alphabet.charAt(byte % alphabet.length)).join('');
}

/** Names and uids from a counter: two clusters given the same manifests and requests are alike. */
export function makeIds(): Ids {
  let count = 0;
  return {
    uid: () => uidOf(`uid ${String(++count)}`),
    suffix: () => lettersOf(`suffix ${String(++count)}`, 5),
  };
}

/** A UUID that follows from the text alone. */
export function uidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** As `pod-template-hash`: ten characters that follow from the text alone. */
export const hashOf = (text: string): string => lettersOf(text, 10);
