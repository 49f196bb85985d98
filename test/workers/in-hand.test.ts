import { expect, test } from '@jest/globals';
import { InHand } from '../../workers/in-hand.ts';

test('what is under way is not begun again, and whoever asks for it waits', async () => {
  const inHand = new InHand();
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const work = (name: string) => (): Promise<void> => {
    begun.push(name);
    return new Promise((resolve) => ends.push(resolve));
  };
  const both = [inHand.once('a', work('a')), inHand.once('a', work('a again'))];
  const other = inHand.once('b', work('b'));
  expect(begun).toEqual(['a', 'b']);
  for (const end of ends.splice(0)) end();
  await Promise.all([...both, other]);

  // It is over: asked for anew, it is done anew.
  const anew = inHand.once('a', work('a anew'));
  expect(begun).toEqual(['a', 'b', 'a anew']);
  for (const end of ends) end();
  await anew;
});

test('what failed fails for all who wait, and may be tried again', async () => {
  const inHand = new InHand();
  const fail = (): Promise<void> => Promise.reject(new Error('broken'));
  const both = [inHand.once('a', fail), inHand.once('a', fail)];
  for (const one of both) await expect(one).rejects.toThrow('broken');
  await expect(inHand.once('a', () => Promise.resolve())).resolves.toBeUndefined();
});
