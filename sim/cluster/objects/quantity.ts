/** An amount of a resource in thousandths, and whether it is written in powers of 1024. */
export interface Quantity {
  readonly milli: bigint;
  readonly binary: boolean;
}

const decimal = ['', 'k', 'M', 'G', 'T', 'P', 'E'];
const binary = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** Reads `500m`, `1.5`, `128Mi`, `2G`; undefined for what is no quantity. Parts of a thousandth count as one. */
export function parseQuantity(text: string): Quantity | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(m|k|[KMGTPE]i|[MGTPE])?$/.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', suffix = ''] = match;
  if (whole === '' && fraction === '') return undefined;
  const isBinary = suffix.endsWith('i');
  const scale = isBinary
    ? 1024n ** BigInt(binary.indexOf(suffix)) * 1000n
    : suffix === 'm'
      ? 1n
      : 1000n ** BigInt(decimal.indexOf(suffix)) * 1000n;
  const denominator = 10n ** BigInt(fraction.length);
  const numerator = BigInt(whole + fraction) * scale;
  const milli = (numerator + denominator - 1n) / denominator;
  return { milli: sign === '-' ? -milli : milli, binary: isBinary };
}

export const add = (a: Quantity, b: Quantity): Quantity => ({
  milli: a.milli + b.milli,
  binary: a.milli === 0n ? b.binary : a.binary,
});

/** As the API writes it: the largest suffix that leaves no fraction. */
export function formatQuantity({ milli, binary: isBinary }: Quantity): string {
  if (milli % 1000n !== 0n) return `${String(milli)}m`;
  const [base, suffixes] = isBinary ? [1024n, binary] : [1000n, decimal];
  let value = milli / 1000n;
  let step = 0;
  while (value !== 0n && value % base === 0n && step < suffixes.length - 1) {
    value /= base;
    step++;
  }
  return `${String(value)}${suffixes[step] ?? ''}`;
}
