/** Does something with each of many, a few at a time; the results are in the order of the items. */
export async function each<T, R>(
  items: readonly T[],
  atOnce: number,
  act: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const rest = items.entries();
  const workers = Array.from({ length: atOnce }, async () => {
    for (const [index, item] of rest) results[index] = await act(item, index);
  });
  await Promise.all(workers);
  return results;
}
