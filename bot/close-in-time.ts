interface Connected {
  readonly close: () => Promise<void>;
  readonly disconnect: () => Promise<void>;
}

/** Closes in good order if that takes no longer than `patienceMs`; without Redis it would take until Redis is back. */
export async function closeInTime(connected: Connected, patienceMs: number): Promise<void> {
  const closed = connected.close();
  if (await within(closed, patienceMs)) return;
  await within(connected.disconnect(), 500);
  await within(closed, 500);
}

/** False if it was not done in time. */
async function within(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const done = work.then(
    () => true,
    () => true,
  );
  const result = await Promise.race([done, late]);
  clearTimeout(timer);
  return result;
}
