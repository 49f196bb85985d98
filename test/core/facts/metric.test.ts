import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Series } from '../../../core/evidence.ts';
import { MetricFacts, type SeriesFacts } from '../../../core/facts/metric.ts';
import { MissingFact } from '../../../core/facts/missing.ts';
import { series } from '../../support/evidence.ts';

function byNode(values: Readonly<Record<string, number>>): MetricFacts {
  return new MetricFacts(Object.entries(values).map(([node, value]) => series({ node }, value)));
}

function toNodes(facts: MetricFacts): Record<string, number> {
  return Object.fromEntries(facts.series.map(({ labels, last }) => [labels['node'] ?? '', last]));
}

describe('MetricFacts', () => {
  test('max, min and mean go over all points, sum over the last of each series', () => {
    const facts = new MetricFacts([series({ node: 'a' }, 1, 5, 3), series({ node: 'b' }, 7)]);
    const { max, min, mean, sum, count, samples } = facts;

    expect({ max, min, mean, sum, count, samples }).toEqual({
      max: 7,
      min: 1,
      mean: 4,
      sum: 10,
      count: 2,
      samples: 4,
    });
    expect(facts.series[0]).toMatchObject({ max: 5, min: 1, mean: 3, last: 3, samples: 3 });
  });

  test('a series and an answer may be as long as they like', () => {
    const long = Array.from({ length: 300_000 }, (_, index) => index - 7);
    expect(new MetricFacts([{ labels: {}, points: long.map((value) => [value, value]) }])).toMatchObject({
      max: 299_992,
      min: -7,
      samples: 300_000,
    });
    expect(new MetricFacts(long.map((value) => series({ node: `${value}` }, value)))).toMatchObject({
      max: 299_992,
      min: -7,
      count: 300_000,
    });
  });

  test('a series without points is no series', () => {
    expect(new MetricFacts([series({ node: 'a' })])).toMatchObject({ count: 0, samples: 0, sum: 0 });
  });

  test.each(['max', 'min', 'mean'] as const)('%s of no series is unknown, not a number', (fact) => {
    expect(() => new MetricFacts([])[fact]).toThrow(MissingFact);
  });

  test('at() finds by label, and a missing series is unknown', () => {
    const facts = byNode({ a: 1, b: 2 });

    expect(facts.at('node', 'b').max).toBe(2);
    expect(() => facts.at('node', 'c')).toThrow(new MissingFact('no data for node c'));
    expect(() => facts.at('pod', 'a')).toThrow(MissingFact);

    const twice = new MetricFacts([series({ node: 'a', cpu: '0' }, 1), series({ node: 'a', cpu: '1' }, 2)]);
    expect(() => twice.at('node', 'a')).toThrow(new MissingFact('more than one series for node a'));
  });

  test('top() is the highest, whatever the order of arrival', () => {
    expect(byNode({ a: 1, b: 3, c: 2 }).top().labels).toEqual({ node: 'b' });
    expect(byNode({ b: 3, a: 3 }).top().labels).toEqual({ node: 'a' });
    expect(() => new MetricFacts([]).top()).toThrow(MissingFact);
  });

  test.each([
    ['divides series of the same labels', { a: 3, b: 1 }, { a: 6, b: 4 }, { a: 0.5, b: 0.25 }],
    ['leaves out what has no counterpart', { a: 3, b: 1 }, { a: 6 }, { a: 0.5 }],
    ['leaves out what has 0 of it', { a: 0, b: 1 }, { a: 0, b: 4 }, { b: 0.25 }],
  ])('over() %s', (_, part, whole, shares) => {
    expect(toNodes(byNode(part).over(byNode(whole)))).toEqual(shares);
  });

  test.each([
    ['subtracts series of the same labels', { a: 3, b: 1 }, { a: 1, b: 4 }, { a: 2, b: -3 }],
    ['leaves out what has no counterpart', { a: 3, b: 1 }, { b: 1, c: 9 }, { b: 0 }],
  ])('minus() %s', (_, one, other, differences) => {
    expect(toNodes(byNode(one).minus(byNode(other)))).toEqual(differences);
  });

  test('over() and minus() match labels whatever their order', () => {
    const one = new MetricFacts([series({ pod: 'p', node: 'a' }, 3)]);
    const other = new MetricFacts([series({ node: 'a', pod: 'p' }, 2)]);

    expect(one.over(other).max).toBe(1.5);
    expect(one.minus(other).max).toBe(1);
  });
});

describe('a metric of one series', () => {
  test('only() is that series, and of none or several nobody knows which', () => {
    expect(byNode({ a: 3 }).only()).toMatchObject({ last: 3, labels: { node: 'a' } });
    expect(() => byNode({ a: 3, b: 3 }).only()).toThrow(new MissingFact('2 series where one was expected'));
    expect(() => new MetricFacts([]).only()).toThrow(new MissingFact('no series to compare'));
  });
});

describe('failures by label', () => {
  const attempts = byNode({ a: 1000, b: 1000, c: 1000 });

  test('worst() names the one that stands out, with its numbers and those of the others', () => {
    const { p, ...culprit } = byNode({ a: 3, b: 100, c: 2 }).worst(attempts, 'node');
    expect(culprit).toEqual({
      found: true,
      key: 'b',
      failed: 100,
      of: 1000,
      rest_failed: 5,
      rest_of: 2000,
      others: 0,
    });
    expect(p).toBeLessThan(1e-20);
    const { share, rest_share } = byNode({ a: 3, b: 100, c: 2 }).worst(attempts, 'node');
    expect([share, rest_share]).toEqual([0.1, 0.0025]);
  });

  test('worst() counts what stands out as well', () => {
    const tried = byNode({ a: 1000, b: 1000, c: 1000, d: 1000, e: 1000 });
    const two = byNode({ a: 0, b: 100, c: 90, d: 1, e: 2 });
    expect(two.worst(tried, 'node')).toMatchObject({ key: 'b', others: 1 });
  });

  test('a group whose failures nobody counted is unknown, not without failures', () => {
    expect(() => byNode({ b: 100 }).worst(attempts, 'node')).toThrow(new MissingFact('no data for node a'));
    expect(() => byNode({}).worst(attempts, 'node')).toThrow(MissingFact);
    // Failures of what was never tried count for nobody.
    expect(byNode({ a: 0, b: 0, c: 0, z: 100 }).worst(attempts, 'node').found).toBe(false);
  });

  test.each([
    ['all fail alike', { a: 10, b: 11, c: 9 }],
    ['nothing fails', { a: 0, b: 0, c: 0 }],
  ])('worst() names nobody where %s', (_, failed) => {
    const culprit = byNode(failed).worst(attempts, 'node');
    expect(culprit).toMatchObject({ found: false, key: '', failed: 0, of: 0, p: 1, others: 0 });
    expect([culprit.share, culprit.rest_share]).toEqual([Number.NaN, Number.NaN]);
  });

  test('worst() goes by the label that it is told', () => {
    const failed = new MetricFacts([series({ zone: 'x' }, 90), series({ zone: 'y' }, 1)]);
    const tried = new MetricFacts([series({ zone: 'x' }, 100), series({ zone: 'y' }, 100)]);
    expect(failed.worst(tried, 'zone').key).toBe('x');
    expect(() => failed.worst(tried, 'node')).toThrow(
      new MissingFact('no label node to tell series apart by'),
    );
  });
});

test.each(['over', 'minus'] as const)('%s() of series without a label in common is unknown', (method) => {
  const one = new MetricFacts([series({ node: 'a' }, 90)]);
  const other = new MetricFacts([series({ zone: 'x' }, 100)]);
  expect(() => one[method](other)).toThrow(new MissingFact('no two series with the same labels to compare'));
});

describe('a histogram', () => {
  const histogram = (counts: Readonly<Record<string, number>>): MetricFacts =>
    new MetricFacts(Object.entries(counts).map(([le, count]) => series({ le }, count)));
  const buckets = histogram({ '0.5': 90, '1': 95, '2.5': 99, '10': 99, '+Inf': 100 });

  test.each([
    [0, 0.5, 0.9],
    [0.5, 1, 0.05],
    [1, 10, 0.04],
    [10, Infinity, 0.01],
  ])('shareBetween(%f, %f) is %f', (from, to, share) => {
    expect(buckets.shareBetween(from, to)).toBeCloseTo(share, 12);
  });

  test.each([
    [0.6, 1],
    [0.5, 2],
    [1, 0.5],
  ])('shareBetween(%f, %f) is unknown', (from, to) => {
    expect(() => buckets.shareBetween(from, to)).toThrow(new MissingFact(`no buckets from ${from} to ${to}`));
  });

  test('signature() of quick answers alone is none', () => {
    expect(histogram({ '0.01': 800, '0.05': 1000, '1': 1000, '+Inf': 1000 }).signature()).toMatchObject({
      name: 'none',
      share: 0,
      events: 0,
    });
  });

  test('of nothing is unknown', () => {
    expect(() => new MetricFacts([]).signature()).toThrow(new MissingFact('no series to compare'));
    expect(() => new MetricFacts([]).shareBetween(0, 1)).toThrow(MissingFact);
    expect(() => histogram({ '1': 0, '+Inf': 0 }).shareBetween(0, 1)).toThrow(MissingFact);
    expect(() => histogram({ '1': 5 }).shareBetween(0, 1)).toThrow(MissingFact);
  });
});

describe('one series', () => {
  const one = (...values: readonly number[]): SeriesFacts => new MetricFacts([series({}, ...values)]).only();

  test('increase() counts growth over resets, and needs two points', () => {
    expect(one(100, 110, 5, 7).increase()).toBe(17);
    expect(one(3, 3).increase()).toBe(0);
    expect(() => one(3).increase()).toThrow(new MissingFact('too few points to see growth'));
  });

  test('change() finds the one lasting step, when it was and how far it went', () => {
    const stepped = one(...Array<number>(20).fill(1), ...Array<number>(20).fill(9));
    const { p, ...change } = stepped.change();
    expect(change).toEqual({ found: true, at: 300, ago: 285, before: 1, after: 9 });
    expect(p).toBeLessThan(0.01);
  });

  test.each([
    ['a level series', Array<number>(40).fill(5)],
    ['too few points', [1, 1, 9, 9]],
  ])('change() of %s is none, with no numbers to go by', (_, values) => {
    const { found, p, at, ago, before, after } = one(...values).change();
    expect({ found, p }).toEqual({ found: false, p: 1 });
    expect([at, ago, before, after]).toEqual([NaN, NaN, NaN, NaN]);
  });

  test('correlation() says how two move together', () => {
    const rising = [1, 2, 3, 4, 5, 6, 7, 8];
    const { r, p, n } = one(...rising).correlation(one(...rising.map((value) => value * value)));
    expect({ r, p, n }).toEqual({ r: 1, p: 0, n: 8 });
    expect(one(...rising).correlation(one(...rising.toReversed())).r).toBe(-1);
  });

  test.each([
    ['too few points', [1, 2, 3, 4, 5], [1, 2, 3, 4, 5]],
    ['a constant', [1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 1, 1]],
  ])('correlation() with %s is unknown', (_, a, b) => {
    expect(() => one(...a).correlation(one(...b))).toThrow(
      new MissingFact('too few points at the same time to compare'),
    );
  });

  test('idle() compares failures in the quietest quarter with those in the busiest', () => {
    const load = one(1, 1, 5, 5, 5, 5, 20, 20);
    const failing = one(0.1, 0.3, 0, 0, 0, 0, 2, 6);
    const idle = failing.idle(load);
    expect(idle).toEqual({
      quiet_requests: 30,
      quiet_failed: 6,
      busy_requests: 600,
      busy_failed: 120,
      quiet_load: 1,
      busy_load: 20,
    });
    expect([idle.quiet_share, idle.busy_share]).toEqual([0.2, 0.2]);
  });

  test('idle() of too few points is unknown', () => {
    expect(() => one(1, 2, 3, 4, 5, 6, 7).idle(one(1, 2, 3, 4, 5, 6, 7))).toThrow(
      new MissingFact('too few points to tell quiet from busy'),
    );
  });
});

describe('what comes in', () => {
  const arbitrary: fc.Arbitrary<Series[]> = fc.array(
    fc
      .tuple(fc.constantFrom('a', 'b', 'c'), fc.array(fc.nat({ max: 3 }), { maxLength: 3 }))
      .map(([node, values]) => series({ node }, ...values)),
    { maxLength: 6 },
  );
  /** All that a rule can read of the series, in the order in which it meets them. */
  const readable = (all: readonly Series[]): unknown => {
    const facts = new MetricFacts(all);
    const attempt = (read: () => unknown): unknown => {
      try {
        return read();
      } catch (error) {
        return String(error);
      }
    };
    return {
      series: facts.series.map((one) => ({ one, growth: attempt(() => one.increase()) })),
      numbers: [facts.sum, facts.count, facts.samples],
      top: attempt(() => facts.top()),
      over: attempt(() => facts.over(new MetricFacts(all))),
      minus: attempt(() => facts.minus(new MetricFacts(all))),
      worst: attempt(() => facts.worst(new MetricFacts(all), 'node')),
    };
  };

  test('may come in any order', () => {
    fc.assert(
      fc.property(
        arbitrary.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
        ),
        ([all, shuffled]) => {
          expect(readable(shuffled)).toEqual(readable(all));
        },
      ),
    );
  });

  test('counts once if it comes twice, as from two replicas, whatever the order of its labels', () => {
    const one = { labels: { node: 'a', pod: 'p' }, points: [[0, 3]] as [number, number][] };
    const again = { labels: { pod: 'p', node: 'a' }, points: [[0, 3]] as [number, number][] };
    const { count, samples, sum } = new MetricFacts([one, again]);
    expect({ count, samples, sum }).toEqual({ count: 1, samples: 1, sum: 3 });

    fc.assert(
      fc.property(arbitrary, (all) => {
        expect(readable([...all, ...all.toReversed()])).toEqual(readable(all));
      }),
    );
  });

  test('counts twice where only the labels are the same', () => {
    expect(new MetricFacts([series({ node: 'a' }, 1), series({ node: 'a' }, 2)]).count).toBe(2);
  });
});
