import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Attempt } from '../../../core/evidence.ts';
import { AttemptFacts } from '../../../core/facts/attempts.ts';
import { MissingFact } from '../../../core/facts/missing.ts';
import { placements, type Placement } from '../../../core/probes.ts';
import { attempts } from '../../support/evidence.ts';

function facts(...all: readonly (readonly Attempt[])[]): AttemptFacts {
  return new AttemptFacts(all.flat());
}

/** One attempt a number: so long it took. */
function lasting(...seconds: readonly number[]): Attempt[] {
  return seconds.map((one, n) => ({ n, from: 'pod', to: 'db:5432', ok: true, seconds: one }));
}

describe('attempts', () => {
  test('are counted, with those that failed and their share', () => {
    const { count, failed, share } = facts(attempts(40, { failed: 3 }));
    expect({ count, failed, share }).toEqual({ count: 40, failed: 3, share: 0.075 });
  });

  test('of none the counts are 0, and everything else is unknown', () => {
    const none = facts();
    expect([none.count, none.failed, none.values('to')]).toEqual([0, 0, []]);
    expect(() => none.share).toThrow(new MissingFact('no attempts to go by'));
    expect(() => none.signature()).toThrow(new MissingFact('no attempts to go by'));
    expect(() => none.median).toThrow(new MissingFact('no attempt succeeded, so there is no time to tell'));
    expect(none.worst('to').found).toBe(false);
  });

  test('whose share of failures is 0 are known not to fail', () => {
    expect(facts(attempts(1)).share).toBe(0);
  });
});

describe('from()', () => {
  const two = facts(attempts(10, { failed: 4, from: 'pod' }), attempts(20, { failed: 1, from: 'node' }));

  test('is one arm, as one can go on to select from', () => {
    expect(two.from('pod')).toMatchObject({ count: 10, failed: 4 });
    expect(two.from('node')).toMatchObject({ count: 20, failed: 1 });
    expect(two.from('node').where('to', 'db:5432').count).toBe(20);
  });

  test.each(Object.entries(placements).filter(([name]) => name !== 'pod' && name !== 'node'))(
    '%s was not run: unknown, not without failures',
    (name, { title }) => {
      expect(() => two.from(name)).toThrow(new MissingFact(`no attempts from ${title}`));
    },
  );

  test('a place that is none is unknown as well', () => {
    expect(() => two.from('moon')).toThrow(new MissingFact('no attempts from moon'));
    expect(() => two.from('constructor')).toThrow(new MissingFact('no attempts from constructor'));
  });
});

describe('besides()', () => {
  const arms = [attempts(10, { failed: 4, from: 'pod' }), attempts(20, { failed: 1, from: 'node' })];

  test('is all other arms together', () => {
    expect(facts(...arms, attempts(5, { from: 'worker' })).besides('pod')).toMatchObject({
      count: 25,
      failed: 1,
    });
  });

  test('does without those that could not be run, unless that is all of them', () => {
    const why = { reason: 'not-enabled', detail: 'they are off' } as const;
    const unseen = [{ from: 'worker', why } as const];
    expect(new AttemptFacts(arms.flat(), unseen).besides('pod').count).toBe(20);
    expect(() => new AttemptFacts(attempts(10, { from: 'pod' }), unseen).besides('pod')).toThrow(
      new MissingFact('no attempts from the worker: they are off'),
    );
    expect(() => facts(attempts(10, { from: 'pod' })).besides('pod')).toThrow(
      new MissingFact("no attempts but from a pod on the target's node"),
    );
  });
});

describe('worseThan()', () => {
  const on = (client: string, count: number, failed: number): Attempt[] =>
    attempts(count, { failed, from: 'each-node' }).map((one) => ({ ...one, labels: { client } }));
  const control = facts(attempts(600, { from: 'worker' }));

  test.each<[string, readonly (readonly Attempt[])[], readonly string[]]>([
    ['one of two', [on('a', 600, 0), on('b', 600, 12)], ['b']],
    ['both', [on('a', 600, 9), on('b', 600, 12)], ['a', 'b']],
    ['none that chance could make worse', [on('a', 600, 3), on('b', 600, 6)], []],
    // 7 of 600 are worse than 0 of 600 by themselves (p = 0.0077), but not as one of two that are looked at.
    ['none for looking twice', [on('a', 600, 0), on('b', 600, 7)], []],
    ['one, looked at by itself', [on('b', 600, 7)], ['b']],
  ])('%s', (_, arms, expected) => {
    expect(facts(...arms).worseThan('client', control)).toEqual(expected);
  });
});

describe('liveRange()', () => {
  const from = (port: number, ok: boolean): Attempt[] => [
    { n: port, from: 'node', to: 'db:5432', ok, seconds: 0.01, labels: { source_port: String(port) } },
  ];
  const ports = [1025, 9000, 15_000, 22_000, 30_000, 35_000, 40_000, 47_000, 55_000, 65_535];

  test('is the ports that get through', () => {
    expect(facts(...ports.map((one) => from(one, one > 32_767))).liveRange('source_port')).toEqual({
      found: true,
      below: '30000',
      lowest: '35000',
      highest: '65535',
      above: '',
      live: 5,
      dead: 5,
    });
  });

  test('is none where a label is no number, or all get through', () => {
    expect(facts(...ports.map((one) => from(one, true))).liveRange('source_port').found).toBe(false);
    expect(facts(...ports.map((one) => from(one, one > 32_767))).liveRange('to').found).toBe(false);
  });
});

describe('an arm that could not be run', () => {
  const off = { reason: 'forbidden', detail: 'pods is forbidden' } as const;
  const partly = new AttemptFacts(attempts(10, { failed: 4, labels: { backend: 'x' } }), [
    { from: 'node', why: off },
  ]);
  const why = new MissingFact('no attempts from the network of the node itself: pods is forbidden');

  test('is unknown for its reason, and the others are known', () => {
    expect(() => partly.from('node')).toThrow(why);
    expect(partly.from('pod')).toMatchObject({ count: 10, failed: 4 });
    expect(partly.from('pod').worst('backend').found).toBe(false);
    expect(() => partly.from('worker')).toThrow(new MissingFact('no attempts from the worker'));
  });

  test.each<[string, (all: AttemptFacts) => unknown]>([
    ['count', (all) => all.count],
    ['failed', (all) => all.failed],
    ['share', (all) => all.share],
    ['median', (all) => all.median],
    ['quantile()', (all) => all.quantile(0.9)],
    ['where()', (all) => all.where('to', 'db:5432')],
    ['values()', (all) => all.values('to')],
    ['slower()', (all) => all.slower(1)],
    ['worst()', (all) => all.worst('backend')],
    ['signature()', (all) => all.signature()],
  ])('might change what all arms have together: %s is unknown', (_, read) => {
    expect(() => read(partly)).toThrow(why);
  });

  test('is known if there are attempts from it after all, as from an earlier asking', () => {
    const later = new AttemptFacts(attempts(10, { failed: 4 }), [{ from: 'pod', why: off }]);
    expect(later).toMatchObject({ count: 10, failed: 4 });
  });

  test('stands for nothing where nothing was run', () => {
    const nothing = new AttemptFacts(
      [],
      [
        { from: 'pod', why: { reason: 'timed-out', detail: 'too slow' } },
        { from: 'node', why: off },
      ],
    );
    expect(() => nothing.count).toThrow(
      new MissingFact("no attempts from a pod on the target's node: too slow"),
    );
    expect(() => nothing.from('node')).toThrow(why);
  });
});

describe('where() and values()', () => {
  const all = facts(
    attempts(2, { to: 'b:1', error: 'timeout', failed: 2 }),
    attempts(3, { to: 'a:1', labels: { backend: 'x', to: 'elsewhere' } }),
    attempts(4, { first: 3, to: 'a:1', labels: { backend: 'y' } }),
  );

  test.each([
    ['to', 'a:1', 7],
    ['to', 'b:1', 2],
    // The target and the error are their own, whatever a probe calls its labels.
    ['to', 'elsewhere', 0],
    ['error', 'timeout', 2],
    ['error', 'closed', 0],
    ['backend', 'x', 3],
    ['backend', 'y', 4],
    ['backend', 'z', 0],
    ['nonsense', 'x', 0],
  ])('where %s is %s there are %i', (label, value, count) => {
    expect(all.where(label, value).count).toBe(count);
  });

  test.each([
    ['to', ['a:1', 'b:1']],
    ['error', ['timeout']],
    ['backend', ['x', 'y']],
    ['nonsense', []],
  ])('the values of %s are %j', (label, values) => {
    expect(all.values(label)).toEqual(values);
  });
});

describe('times', () => {
  test('slower() takes those that took at least so long, failed or not', () => {
    const all = facts(lasting(0.9, 1, 1.1), attempts(1, { first: 3, failed: 1, seconds: 5 }));
    expect(all.slower(1)).toMatchObject({ count: 3, failed: 1 });
    expect(all.slower(1.1).count).toBe(2);
    expect(all.slower(5).count).toBe(1);
    expect(all.slower(5.1).count).toBe(0);
  });

  test.each([
    [0, 1],
    [0.2, 1],
    [0.21, 2],
    [0.5, 3],
    [0.99, 5],
    [1, 5],
    [2, 5],
  ])('quantile(%f) of 1, 2, 3, 4 and 5 s is %f s', (q, seconds) => {
    expect(facts(lasting(5, 3, 1, 4, 2)).quantile(q)).toBe(seconds);
  });

  test('median and quantile go by the attempts that succeeded alone', () => {
    const all = facts(lasting(1, 2, 3), attempts(9, { first: 3, failed: 9, seconds: 60 }));
    expect([all.median, all.quantile(1)]).toEqual([2, 3]);
    expect(() => facts(attempts(9, { failed: 9 })).median).toThrow(MissingFact);
  });

  test('signature() knows lost SYNs by the seconds that they cost', () => {
    const quick = Array.from({ length: 300 }, (_, index) => 0.01 + 0.00001 * index);
    const late = Array.from({ length: 20 }, (_, index) => 1.01 + 0.0002 * index);
    expect(facts(lasting(...quick, ...late)).signature()).toMatchObject({
      name: 'syn-retransmission',
      events: 20,
    });
    expect(facts(lasting(...quick)).signature()).toMatchObject({ name: 'none', events: 0 });
  });
});

describe('worst()', () => {
  const backend = (name: string, failed: number, first: number): Attempt[] =>
    attempts(100, { failed, first, labels: { backend: name } });

  test('names the one value that fails more than all the others', () => {
    const found = facts(backend('a', 1, 0), backend('b', 40, 100), backend('c', 0, 200)).worst('backend');
    expect(found).toMatchObject({ found: true, key: 'b', failed: 40, of: 100, rest_failed: 1, rest_of: 200 });
    expect([found.share, found.rest_share, found.others]).toEqual([0.4, 0.005, 0]);
  });

  test('leaves out attempts without that label', () => {
    const found = facts(backend('a', 0, 0), backend('b', 40, 100), attempts(50, { first: 200, failed: 50 }));
    expect(found.worst('backend')).toMatchObject({ key: 'b', rest_failed: 0, rest_of: 100 });
  });

  test('names nobody where all fail alike, or there is one value only', () => {
    expect(facts(backend('a', 20, 0), backend('b', 20, 100)).worst('backend').found).toBe(false);
    expect(facts(backend('a', 100, 0)).worst('backend').found).toBe(false);
  });
});

describe('dead()', () => {
  const pair = (name: string, times: number, failed: number, first: number): Attempt[] =>
    attempts(times, { failed, first, labels: { pair: name } });

  test('names what never answered, and nothing that was hardly tried', () => {
    const all = facts(
      pair('c:2', 9, 9, 0),
      pair('a:1', 5, 5, 100),
      pair('a:2', 4, 4, 200),
      pair('b:1', 100, 99, 300),
      pair('b:2', 20, 0, 400),
      attempts(20, { failed: 20, first: 500 }),
    );
    expect(all.dead('pair')).toEqual(['a:1', 'c:2']);
  });
});

describe('worst_end()', () => {
  const leg = (client: string, node: string, failed: number, first: number): Attempt[] =>
    attempts(20, { failed, first, labels: { client, node } });

  test('names the one node that more fails with than without it, at whichever end', () => {
    const found = facts(leg('a', 'b', 20, 0), leg('b', 'c', 19, 20), leg('a', 'c', 1, 40)).worstEnd();
    expect(found).toMatchObject({ found: true, key: 'b', failed: 39, of: 40, rest_failed: 1, rest_of: 20 });
  });

  test('leaves out attempts of which one end is not known', () => {
    const unknown = attempts(50, { first: 60, failed: 50, labels: { node: 'c' } });
    const found = facts(leg('a', 'b', 20, 0), leg('a', 'c', 0, 20), unknown).worstEnd();
    expect(found).toMatchObject({ key: 'b', rest_failed: 0, rest_of: 20 });
  });
});

test('late() goes by time alone', () => {
  const refused = attempts(3, { first: 10, failed: 3, seconds: 0.001 });
  const timedOut = attempts(2, { first: 20, failed: 2, seconds: 8 });
  const late = facts(lasting(0.01, 0.05, 0.2), refused, timedOut).late(0.05);
  expect(late).toMatchObject({ count: 8, failed: 4 });
  expect(late.median).toBe(0.001);
});

describe('what comes in', () => {
  const one: fc.Arbitrary<Attempt> = fc.record({
    n: fc.nat({ max: 3 }),
    from: fc.constantFrom<Placement>('pod', 'node'),
    to: fc.constantFrom('a:1', 'b:1'),
    ok: fc.boolean(),
    seconds: fc.constantFrom(0.01, 1.01, 3.01),
    labels: fc.record({ backend: fc.constantFrom('x', 'y'), node: fc.constantFrom('p', 'q') }),
  });

  test('may come in any order, even if a second delivery says something else', () => {
    fc.assert(
      fc.property(
        fc
          .array(one, { maxLength: 12 })
          .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          expect(facts(shuffled)).toEqual(facts(all));
        },
      ),
    );
  });

  test('counts once if it comes twice, whatever the order of its labels', () => {
    const made = attempts(3, { failed: 1, labels: { a: '1', b: '2' } });
    const again = attempts(3, { failed: 1, labels: { b: '2', a: '1' } });
    expect(facts(made, again)).toMatchObject({ count: 3, failed: 1 });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 12 }), (all) => {
        expect(facts(all, all.toReversed())).toEqual(facts(all));
      }),
    );
  });

  test('is another attempt if number, place or target differ', () => {
    const all = facts(
      attempts(2),
      attempts(2, { first: 2 }),
      attempts(2, { from: 'node' }),
      attempts(2, { to: 'b:1' }),
    );
    expect(all.count).toBe(8);
  });
});
