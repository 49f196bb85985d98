import { expect, test } from '@jest/globals';
import { NotInTime, until } from '../../lab/until.ts';

test('looks again until a condition holds', async () => {
  let looks = 0;
  await until('a third look', () => ++looks === 3);
  expect(looks).toBe(3);
});

test('says what it waited for in vain', async () => {
  const error = await until('a blue moon', () => false, 0.2).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(NotInTime);
  expect(error).toHaveProperty('message', 'not within 0.2 s: a blue moon');
});
