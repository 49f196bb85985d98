/** How attempts with one number went, as with one source port. */
export interface NumberTried {
  readonly number: number;
  readonly failed: number;
  readonly of: number;
}

/** The one range of numbers that live: within it next to nothing fails, and outside everything. */
export interface LiveRange {
  /** Its lowest and its highest number that was tried. */
  readonly from: number;
  readonly to: number;
  /** The nearest dead numbers on both sides, where there are any. */
  readonly below: number | undefined;
  readonly above: number | undefined;
  /** Attempts within, and outside. */
  readonly live: number;
  readonly dead: number;
}

/** A side is told by so many numbers at least; fewer may be chance. */
const fewest = 5;
/** What may fail within the range for other reasons. */
const otherReasons = 0.1;

/**
 * Finds the range that a filter lets through: outside of it not one attempt succeeds. Undefined where failures do not
 * lie so. That of five dead numbers and five live ones none stands on the wrong side is chance one time in 252 (10 choose
 * 5), one time in 15,000 of eight and eight.
 */
export function liveRange(tried: readonly NumberTried[]): LiveRange | undefined {
  const sorted = [...tried].sort((a, b) => a.number - b.number);
  const first = sorted.findIndex(isLive);
  const last = sorted.findLastIndex(isLive);
  const inside = sorted.slice(first, last + 1);
  const [from, to] = [inside[0], inside.at(-1)];
  if (from === undefined || to === undefined || inside.length < fewest) return undefined;
  const sides = [sorted.slice(0, first), sorted.slice(last + 1)] as const;
  // One or two beyond the last that lives are chance as well as what is dead.
  const [below, above] = sides.map((side) => (side.length < fewest ? [] : side));
  const outside = [...(below ?? []), ...(above ?? [])];
  if (outside.length === 0 || sum(inside, 'failed') > otherReasons * sum(inside, 'of')) return undefined;
  return {
    from: from.number,
    to: to.number,
    below: below?.at(-1)?.number,
    above: above?.[0]?.number,
    live: sum(inside, 'of'),
    dead: sum(outside, 'of'),
  };
}

function isLive({ failed, of }: NumberTried): boolean {
  return failed < of;
}

function sum(tried: readonly NumberTried[], what: 'failed' | 'of'): number {
  return tried.reduce((all, one) => all + one[what], 0);
}
