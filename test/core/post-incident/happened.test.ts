import { expect, test } from '@jest/globals';
import { hear, openEpisode } from '../../../core/alerts/episode.ts';
import { happenedIn } from '../../../core/post-incident/happened.ts';

const at = (minute: number): number => Date.UTC(2026, 0, 1, 14, minute);

test('alerts and what people noted are moments of an incident', () => {
  const word = { fingerprint: 'f', name: 'HighErrorRate', startsAt: at(1) } as const;
  const first = openEpisode('a', [{ ...word, status: 'firing', at: at(2) }]);
  const again = hear(first, [{ ...word, status: 'firing', startsAt: at(4), at: at(5) }]);
  const over = hear(again, [{ ...word, status: 'resolved', at: at(9) }]);
  const note = { by: { id: 'U0BOB', name: 'bob' }, at: at(7), text: 'only from node a' };
  expect(happenedIn(first, [])).toEqual([{ at: at(1), what: 'Alert HighErrorRate fires' }]);
  expect(happenedIn(over, [note])).toEqual([
    { at: at(1), what: 'Alert HighErrorRate fires, 2 times in all' },
    { at: at(9), what: 'Alert HighErrorRate is resolved' },
    { at: at(7), what: 'bob notes: only from node a' },
  ]);
  expect(happenedIn(undefined, [])).toEqual([]);
});
