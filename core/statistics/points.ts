/** `[unix seconds, value]`, in the order of time, as Prometheus gives the points of one series. */
export type Points = readonly (readonly [seconds: number, value: number])[];

/** What two series say at the same second; seconds that only one has, and values that are no numbers, are left out. */
export interface Pair {
  readonly at: number;
  readonly a: number;
  readonly b: number;
}

export function pairs(a: Points, b: Points): Pair[] {
  const others = new Map(numbers(b));
  return numbers(a).flatMap(([at, value]) => {
    const other = others.get(at);
    return other === undefined ? [] : [{ at, a: value, b: other }];
  });
}

/** Without NaN (a ratio of nothing to nothing) and the infinities. */
export function numbers(points: Points): Points {
  return points.filter(([, value]) => Number.isFinite(value));
}

/** NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
