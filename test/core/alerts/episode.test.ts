import { describe, expect, test } from '@jest/globals';
import {
  callOff,
  Episode,
  hear,
  isLate,
  isLive,
  openEpisode,
  wordOf,
  type Word,
} from '../../../core/alerts/episode.ts';

const minute = 60_000;
const t0 = 1_790_000_000_000;
/** Of an alert `a`, some minutes on. */
const word = (
  status: Word['status'],
  at: number,
  { of = 'a', since = 0 }: { of?: string; since?: number } = {},
): Word => ({
  fingerprint: of,
  name: of.toUpperCase(),
  status,
  startsAt: t0 + since * minute,
  at: t0 + at * minute,
});
const firing = (at: number, more = {}): Word => word('firing', at, more);
const resolved = (at: number, more = {}): Word => word('resolved', at, more);
const after = (...words: readonly Word[]): Episode =>
  words.slice(1).reduce((episode, next) => hear(episode, [next]), openEpisode('id', words.slice(0, 1)));
const seen = ({ alerts, resolvedAt }: Episode): unknown => ({
  alerts: alerts.map(({ name, status, times }) => `${name} ${status} ${times}`),
  ...(resolvedAt !== undefined && { quietAt: (resolvedAt - t0) / minute }),
});

describe('an episode hears', () => {
  const table: [string, Word[], unknown][] = [
    ['one that fires', [firing(0)], { alerts: ['A firing 1'] }],
    ['the same again, which is no news', [firing(0), firing(5)], { alerts: ['A firing 1'] }],
    ['another', [firing(0), firing(1, { of: 'b' })], { alerts: ['A firing 1', 'B firing 1'] }],
    ['that it is over', [firing(0), resolved(9)], { alerts: ['A resolved 1'], quietAt: 9 }],
    [
      'that it is over, twice',
      [firing(0), resolved(9), resolved(12)],
      { alerts: ['A resolved 1'], quietAt: 9 },
    ],
    [
      'that one of two is over',
      [firing(0), firing(1, { of: 'b' }), resolved(9)],
      { alerts: ['A resolved 1', 'B firing 1'] },
    ],
    [
      'that both are over, the last counts',
      [firing(0), firing(1, { of: 'b' }), resolved(9, { of: 'b' }), resolved(7)],
      { alerts: ['A resolved 1', 'B resolved 1'], quietAt: 9 },
    ],
    ['that it fires anew', [firing(0), resolved(9), firing(12, { since: 12 })], { alerts: ['A firing 2'] }],
    [
      'that it fires anew without a pause',
      [firing(0), firing(12, { since: 12 })],
      { alerts: ['A firing 2'] },
    ],
    ['an old word late', [firing(0), resolved(9), firing(5)], { alerts: ['A resolved 1'], quietAt: 9 }],
    ['an old end late', [firing(0), firing(12, { since: 12 }), resolved(9)], { alerts: ['A firing 2'] }],
    ['the same word twice', [firing(0), resolved(9), resolved(9)], { alerts: ['A resolved 1'], quietAt: 9 }],
    ['the end of what never fired', [firing(0), resolved(9, { of: 'b' })], { alerts: ['A firing 1'] }],
  ];
  test.each(table)('%s', (_, words, expected) => {
    const episode = after(...words);
    expect(seen(episode)).toEqual(expected);
    expect(Episode.parse(JSON.parse(JSON.stringify(episode)))).toEqual(episode);
  });

  test('and is the same object where that is no news at all', () => {
    const episode = after(firing(0), resolved(9));
    expect(hear(episode, [resolved(9)])).toBe(episode);
    expect(hear(episode, [firing(3)])).toBe(episode);
  });

  test('and counts what people are shown apart from what it only remembers', () => {
    const begun = after(firing(0));
    const again = hear(begun, [firing(5)]);
    expect([begun.revision, begun.change]).toEqual([0, 0]);
    expect([again.revision, again.change]).toEqual([1, 0]);
    expect(hear(again, [resolved(6)])).toMatchObject({ revision: 2, change: 1 });
  });

  test('no more than a hundred; those that are over make room', () => {
    const many = Array.from({ length: 101 }, (_, index) => firing(index, { of: `a${index}` }));
    const full = after(...many);
    expect(full.alerts).toHaveLength(100);
    expect(full.alerts.some(({ fingerprint }) => fingerprint === 'a100')).toBe(false);
    const roomy = hear(full, [resolved(200, { of: 'a7' }), firing(201, { of: 'a100' })]);
    expect(roomy.alerts).toHaveLength(100);
    expect(roomy.alerts.map(({ fingerprint }) => fingerprint)).toContain('a100');
    expect(roomy.alerts.map(({ fingerprint }) => fingerprint)).not.toContain('a7');
  });
});

describe('an episode is over', () => {
  test.each([
    ['not while one fires', after(firing(0)), 5 * 60, true],
    ['six hours after the last word', after(firing(0), firing(60)), 7 * 60, false],
    ['not six hours after the first', after(firing(0), firing(60)), 6 * 60 + 30, true],
    ['not soon after it was quiet', after(firing(0), resolved(9)), 38, true],
    ['half an hour after it was quiet', after(firing(0), resolved(9)), 39, false],
    ['once it is called off', callOff(after(firing(0))), 1, false],
  ])('%s', (_, episode, minutes, live) => {
    expect(isLive(episode, t0 + minutes * minute)).toBe(live);
  });
});

test('a word is late where a later one of the same alert was heard', () => {
  const episode = after(firing(0), resolved(9));
  expect(
    [firing(5), firing(9), firing(12), firing(5, { of: 'b' })].map((one) => isLate(episode, one)),
  ).toEqual([true, false, false, false]);
});

test('an alert that does not say since when it fires does so since it was heard', () => {
  const alert = {
    status: 'firing',
    name: 'A'.repeat(900),
    labels: {},
    texts: [],
    runbooks: [],
    fingerprint: 'a',
    source: 'text',
  } as const;
  expect(wordOf(alert, t0)).toEqual({ ...firing(0), name: 'A'.repeat(200) });
  expect(wordOf({ ...alert, startsAt: t0 - minute }, t0).startsAt).toBe(t0 - minute);
});
