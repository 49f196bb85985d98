/**
 * The smallest whole number from `from` to `most` for which `holds`, which must go on holding once it does; Infinity
 * where there is none.
 */
export function smallest(from: number, most: number, holds: (candidate: number) => boolean): number {
  let below = from - 1;
  let found = from;
  for (let step = 1; !holds(found); step *= 2) {
    if (found >= most) return Infinity;
    below = found;
    found = Math.min(found + step, most);
  }
  while (found - below > 1) {
    const middle = Math.floor((below + found) / 2);
    if (holds(middle)) found = middle;
    else below = middle;
  }
  return found;
}
