/** The rank of each value, 1 for the smallest; equal values share the mean of their ranks. */
export function ranks(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  const places = new Map<number, { first: number; last: number }>();
  for (const [index, value] of sorted.entries()) {
    const first = places.get(value)?.first ?? index;
    places.set(value, { first, last: index });
  }
  return values.map((value) => {
    const { first, last } = places.get(value) ?? { first: NaN, last: NaN };
    return (first + last) / 2 + 1;
  });
}
