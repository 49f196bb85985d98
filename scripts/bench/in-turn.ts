/** Does something so many times, at most `atOnce` at a time; what came of it, in order. */
export async function inTurn<T>(
  atOnce: number,
  times: number,
  act: (index: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const goOn = async (): Promise<void> => {
    while (next < times) {
      const index = next++;
      results[index] = await act(index);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, goOn));
  return results;
}
