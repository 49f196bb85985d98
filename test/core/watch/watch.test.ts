import { describe, expect, test } from '@jest/globals';
import type { Report } from '../../../core/report.ts';
import { delayUntil, endOfWatch, windowOf } from '../../../core/watch/schedule.ts';
import { advance, ended, newWatch, type Watch } from '../../../core/watch/watch.ts';
import { report, verdicts } from '../../bot/reports.ts';

const minute = 60_000;
const hour = 60 * minute;
const bob = { id: 'U0BOB', name: 'bob' };

describe('when a watch looks', () => {
  test('after 2, 5, 10, 20 and 40 min, then hourly, until 6 h are over', () => {
    const delays: number[] = [];
    let now = 0;
    for (let round = 1; now < endOfWatch(0, 120); round++) {
      const delay = delayUntil(round, 0, now, 120);
      delays.push(delay / minute);
      now += delay;
    }
    expect(delays).toEqual([2, 5, 10, 20, 40, 60, 60, 60, 60, 43]);
    expect(now).toBe(6 * hour);
  });

  test('never in the past, however long a round took', () => {
    expect(delayUntil(3, 0, 7 * hour, 120)).toBe(0);
  });

  test.each([
    [1, [1, 2.5, 5, 10, 20, 30], 180],
    [0.2, [0.2, 0.5, 1, 2, 4, 6], 36],
  ])('everything grows with a first interval of %d s', (every, seconds, length) => {
    expect(seconds.map((_, index) => delayUntil(index + 1, 0, 0, every) / 1000)).toEqual(seconds);
    expect(endOfWatch(0, every) / 1000).toBe(length);
  });

  test.each([
    ['to the look before', { now: hour, lookedAt: hour - 20 * minute }, 1200],
    ['five minutes at least', { now: hour, lookedAt: hour - 2 * minute }, 300],
    ['never further than was asked for', { now: 2 * hour, lookedAt: 0 }, 1800],
    ['to the last change of the cluster', { now: hour, lookedAt: 0, changedAt: hour - 4 * minute }, 240],
    ['a minute at least since a change', { now: hour, lookedAt: 0, changedAt: hour - 1000 }, 60],
    ['not to a change before the last look', { now: hour, lookedAt: hour - 6 * minute, changedAt: 0 }, 360],
  ])('it looks back %s', (_, moments, seconds) => {
    expect(windowOf({ changedAt: undefined, asked: 1800, ...moments })).toBe(seconds);
  });
});

describe('a round', () => {
  const first = report('a');
  const gone: Report = report('b', {
    hypotheses: [{ ...verdicts.snat, status: 'eliminated', reason: '0 of 9 failed.' }],
  });
  const start = newWatch(undefined, first, bob, 0);
  const round = (watch: Watch, found: Parameters<typeof advance>[1]['found'], now = 2 * minute) =>
    advance(watch, { first, found, mended: new Set(), now, every: 120 });

  test('that finds nothing new says nothing, and the next one is due', () => {
    const { watch, changes, blind } = round(start, { report: first });
    expect(changes).toEqual([]);
    expect(blind).toBeUndefined();
    expect(watch).toMatchObject({
      revision: 2,
      round: 2,
      last: { at: 2 * minute, found: 'unchanged' },
      goneFor: 0,
    });
    expect(watch.ended).toBeUndefined();
  });

  test('the third in a row with everything gone is the last', () => {
    let watch = start;
    const ends = [1, 2, 3].map(() => {
      ({ watch } = round(watch, { report: gone }));
      return watch.ended?.why;
    });
    expect(ends).toEqual([undefined, undefined, 'all is gone, 3 checks in a row']);
  });

  test.each<[string, Parameters<typeof advance>[1]['found']]>([
    ['that could not look', { why: 'no worker' }],
    ['that finds it back', { report: first }],
  ])('%s begins the count of three again', (_, other) => {
    let watch = start;
    for (const found of [{ report: gone }, { report: gone }, other, { report: gone }, { report: gone }])
      ({ watch } = round(watch, found));
    expect(watch).toMatchObject({ goneFor: 2 });
    expect(watch.ended).toBeUndefined();
  });

  test('that cannot look says so once, and loses nothing', () => {
    const one = round(start, { why: 'no worker' });
    const two = round(one.watch, { why: 'no worker' });
    const three = round(two.watch, { report: gone });
    expect([one.blind, two.blind, three.blind]).toEqual(['no worker', undefined, undefined]);
    expect(one.watch.known).toEqual(start.known);
    expect(two.changes).toEqual([]);
    expect(three.changes).toMatchObject([{ kind: 'gone', reason: '0 of 9 failed.' }]);
  });

  test('at the end of the time is the last', () => {
    expect(round(start, { report: first }, 6 * hour - 1).watch.ended).toBeUndefined();
    expect(round(start, { report: first }, 6 * hour).watch.ended).toEqual({
      at: 6 * hour,
      why: 'its 6 h are over',
    });
    expect(round(start, { why: 'x' }, 6 * hour).watch.ended?.why).toBe('its 6 h are over');
  });

  test('a watch after another knows what that knew', () => {
    const { watch } = round(start, { report: gone });
    const again = newWatch(ended(watch, 'ended by bob', hour), first, bob, 2 * hour);
    expect(again).toMatchObject({ nr: 2, revision: 4, round: 1, goneFor: 0 });
    expect(again.ended).toBeUndefined();
    expect(round(again, { report: gone }, 2 * hour + minute).changes).toEqual([]);
  });
});
