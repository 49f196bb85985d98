import { expect, test } from '@jest/globals';
import { setImmediate as breath } from 'node:timers/promises';
import { inTurn, inTurnEach } from '../../platform/in-turn.ts';

interface Turn {
  readonly end: () => void;
  readonly fail: (error: Error) => void;
}

/** Something that takes until the test ends it; `turns` are those that began. */
function slow(): { readonly due: () => Promise<void>; readonly turns: readonly Turn[] } {
  const turns: Turn[] = [];
  const due = inTurn(
    () =>
      new Promise<void>((resolve, reject) => {
        turns.push({ end: resolve, fail: reject });
      }),
  );
  return { due, turns };
}

/** Whether a promise is still open, once all that could settle it by now has. */
async function isOpen(promise: Promise<void>): Promise<boolean> {
  await breath();
  return (await Promise.race([promise.then(() => 'done'), Promise.resolve('open')])) === 'open';
}

test('does it once for each asking, one after the other', async () => {
  const { due, turns } = slow();
  for (const count of [1, 2, 3]) {
    const asked = due();
    expect(await isOpen(asked)).toBe(true);
    expect(turns).toHaveLength(count);
    turns[count - 1]?.end();
    await asked;
  }
});

test('what is asked for at once is done once', async () => {
  const { due, turns } = slow();
  const all = Promise.all([due(), due(), due()]);
  await breath();
  expect(turns).toHaveLength(1);
  turns[0]?.end();
  await all;
  await breath();
  expect(turns).toHaveLength(1);
});

test('what is asked for meanwhile is done once more, afterwards, and not resolved before', async () => {
  const { due, turns } = slow();
  const first = due();
  await breath();
  const later = [due(), due()];
  await breath();
  expect(turns).toHaveLength(1);

  turns[0]?.end();
  await first;
  for (const one of later) expect(await isOpen(one)).toBe(true);
  expect(turns).toHaveLength(2);
  turns[1]?.end();
  await Promise.all(later);
  expect(turns).toHaveLength(2);
});

test('a failure is of who asked for it, and not of who asks next', async () => {
  const { due, turns } = slow();
  const first = due();
  await breath();
  const second = due();
  turns[0]?.fail(new Error('refused'));
  await expect(first).rejects.toThrow('refused');
  await breath();
  turns[1]?.end();
  await expect(second).resolves.toBeUndefined();
});

test('so is what it throws before it waits for anything', async () => {
  let times = 0;
  const due = inTurn(() => {
    times += 1;
    if (times === 1) throw new Error('at once');
    return Promise.resolve();
  });
  await expect(due()).rejects.toThrow('at once');
  await expect(due()).resolves.toBeUndefined();
  expect(times).toBe(2);
});

test('those of one key take turns, others do not wait for them', async () => {
  const ends = new Map<string, (() => void)[]>();
  const due = inTurnEach(
    (key) =>
      new Promise<void>((resolve) => {
        ends.set(key, [...(ends.get(key) ?? []), resolve]);
      }),
  );
  const begun = (key: string): number => ends.get(key)?.length ?? 0;
  const first = due('a');
  await breath();
  const later = Promise.all([due('a'), due('a')]);
  const other = due('b');
  await breath();
  expect([begun('a'), begun('b')]).toEqual([1, 1]);
  ends.get('b')?.[0]?.();
  await other;
  ends.get('a')?.[0]?.();
  await first;
  await breath();
  expect(begun('a')).toBe(2);
  ends.get('a')?.[1]?.();
  await later;
});
