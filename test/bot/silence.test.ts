import { expect, test } from '@jest/globals';
import { silenceAt } from '../../bot/follow/silence.ts';
import type { Progress } from '../../core/progress.ts';
import { gathering } from './reports.ts';

const probing = { ...gathering('a'), probing: { titles: ['Connects'], seconds: 60 } } as Progress;

test.each<[seconds: number, Progress | undefined, string]>([
  [29, undefined, 'none'],
  [31, undefined, 'long'],
  [31, gathering('a'), 'long'],
  [89, probing, 'none'],
  [91, probing, 'long'],
  [15 * 60 + 1, undefined, 'given-up'],
  [15 * 60 + 1, probing, 'long'],
  [15 * 60 + 61, probing, 'given-up'],
])('%i s without news', (seconds, progress, expected) => {
  expect(silenceAt(seconds * 1000, 0, progress)).toBe(expected);
});
