/** What the API server allows in generated names: no vowels, nothing that reads like another letter. */
const nameAlphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** FNV-1a, 32 bits: every "random" choice of a world comes from a name, so that a world is the same each time. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  value ^= value >>> 16;
  value = Math.imul(value, 0x7feb352d);
  value ^= value >>> 15;
  return value >>> 0;
}

/** A number in [0, 1) that depends on the text only. */
export function fraction(text: string): number {
  return hash(text) / 0x1_0000_0000;
}

export function nameSuffix(text: string, length: number): string {
  let suffix = '';
  for (let i = 0; i < length; i++) {
    suffix += nameAlphabet.charAt(hash(`${text}#${i}`) % nameAlphabet.length);
  }
  return suffix;
}

export function uidOf(text: string): string {
  const hex = [0, 1, 2, 3].map((i) => hash(`${text}@${i}`).toString(16).padStart(8, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** The EndpointSlice of a Service, as the controller would name it. */
export function sliceName(namespace: string, service: string): string {
  return `${service}-${nameSuffix(`${namespace}/${service}/slice`, 5)}`;
}
