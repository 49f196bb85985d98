import type { ProbeFacts } from '../core/probe-task.ts';

export type Direction = 'icmp' | 'up' | 'down';

/** One attempt of a sweep. */
export interface Sized {
  readonly direction: Direction;
  readonly size: number;
  readonly ok: boolean;
  /** It was silent after whatever came before stood: this is what a black hole looks like. */
  readonly hung: boolean;
  /** Bytes that came. */
  readonly received?: number;
  /** The MTU that a kernel or a router named. */
  readonly mtu?: number;
}

/** What a sweep says of the path: the largest that passed and the smallest that never did, for each direction. */
export function findingsOf(sweep: readonly Sized[], icmpHeaders: number): ProbeFacts {
  const icmp = sweep.filter(({ direction }) => direction === 'icmp');
  const silent = smallestLost(icmp);
  const told = lowest(icmp.flatMap(({ mtu }) => (mtu === undefined ? [] : [mtu])));
  const passed = highest(icmp.filter(({ ok }) => ok).map(({ size }) => size + icmpHeaders));
  // What is silently lost although nobody calls it too large is a smaller path than the one that was named.
  const pathMtu = passed === undefined ? undefined : silent === undefined ? (told ?? passed) : passed;
  return defined({
    icmp_works: icmp.length === 0 ? undefined : passed !== undefined,
    icmp_path_mtu: pathMtu,
    icmp_smallest_lost: passed === undefined ? undefined : silent,
    ...directionFacts(sweep, 'up'),
    ...directionFacts(sweep, 'down'),
  });
}

function directionFacts(
  sweep: readonly Sized[],
  direction: 'up' | 'down',
): Record<string, number | undefined> {
  const those = sweep.filter((one) => one.direction === direction);
  return {
    [`largest_passed_${direction}`]: highest(
      those
        .filter(({ ok }) => ok)
        .map(({ size, received }) => (direction === 'down' ? (received ?? size) : size)),
    ),
    [`smallest_lost_${direction}`]: smallestLost(those),
  };
}

/** A size that sometimes passes is lossy, not too large. */
function smallestLost(sweep: readonly Sized[]): number | undefined {
  const passes = new Set(sweep.filter(({ ok }) => ok).map(({ size }) => size));
  return lowest(sweep.filter(({ hung, size }) => hung && !passes.has(size)).map(({ size }) => size));
}

function lowest(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : Math.min(...values);
}

function highest(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : Math.max(...values);
}

function defined(facts: Record<string, ProbeFacts[string] | undefined>): ProbeFacts {
  return Object.fromEntries(
    Object.entries(facts).filter((entry): entry is [string, ProbeFacts[string]] => entry[1] !== undefined),
  );
}
