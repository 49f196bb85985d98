import { describe, expect, test } from '@jest/globals';
import type { Series } from '../../core/evidence.ts';
import { MetricFacts, MissingFact } from '../../core/facts.ts';

function series(labels: Readonly<Record<string, string>>, ...values: readonly number[]): Series {
  return { labels: { ...labels }, points: values.map((value, index) => [15 * index, value]) };
}

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
