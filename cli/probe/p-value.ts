/** `p < 0.001`, `p = 0.02`: as it is usually written. */
export function sayP(p: number): string {
  return p < 0.001 ? 'p < 0.001' : `p = ${Number(Math.min(1, p).toPrecision(2))}`;
}
