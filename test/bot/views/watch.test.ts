import { describe, expect, test } from '@jest/globals';
import { changesMessage } from '../../../bot/views/watch.ts';
import { wordsOf } from '../words.ts';

describe('a round of a watch', () => {
  test.each([
    [true, /: no worker\. It goes on watching\.$/],
    [false, /: no worker\.$/],
  ])('that could not look goes on: %s', (goesOn, words) => {
    expect(wordsOf(changesMessage({ changes: [], blind: 'no worker', goesOn }, 0))).toMatch(words);
  });

  test('says what was known of a cause before it was proven', () => {
    const change = { kind: 'proven', cause: 'a', title: 'Drops', reason: '3 of 9', was: 'standing' } as const;
    const message = changesMessage({ changes: [change], blind: undefined, goesOn: true }, 0);
    expect(wordsOf(message)).toContain('✓ *Drops* is proven now (not ruled out before) — 3 of 9');
  });
});
