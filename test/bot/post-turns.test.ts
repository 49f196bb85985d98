import { expect, test } from '@jest/globals';
import { PostTurns } from '../../bot/slack/post-turns.ts';

const start = 1_000_000;

/** Milliseconds that so many who ask one after the other at one moment have to wait. */
function waits(turns: PostTurns, channel: string, count: number, now = start): readonly number[] {
  return Array.from({ length: count }, () => turns.take(channel, now));
}

test('nobody waits before Slack says so, and then only in that channel', () => {
  const turns = new PostTurns();
  expect(waits(turns, 'C1', 5)).toEqual([0, 0, 0, 0, 0]);
  turns.hold('C1', start + 3000);
  expect(waits(turns, 'C2', 2)).toEqual([0, 0]);
});

test('where Slack has said "later" posts go one by one, the first when Slack said', () => {
  const turns = new PostTurns();
  turns.hold('C1', start + 3000);
  expect(waits(turns, 'C1', 4)).toEqual([3000, 4000, 5000, 6000]);
  expect(waits(turns, 'C1', 2, start + 20_000)).toEqual([0, 1000]);
});

test('said again meanwhile, it brings nobody forward', () => {
  const turns = new PostTurns();
  turns.hold('C1', start + 2000);
  expect(waits(turns, 'C1', 1)).toEqual([2000]);
  turns.hold('C1', start + 1000);
  expect(waits(turns, 'C1', 2)).toEqual([3000, 4000]);
});

test('a minute after Slack last said so nobody waits any more, once all have had their turn', () => {
  const turns = new PostTurns();
  turns.hold('C1', start);
  expect(waits(turns, 'C1', 3, start + 61_000)).toEqual([0, 0, 0]);
  turns.hold('C1', start);
  expect(waits(turns, 'C1', 90, start).at(-1)).toBe(89_000);
  expect(waits(turns, 'C1', 2, start + 61_000)).toEqual([29_000, 30_000]);
});
