import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { classify, type SignatureOptions } from '../../../core/signatures/classify.ts';

const times = (count: number, seconds: number) => Array.from({ length: count }, () => seconds);
/** Evenly between the two. */
const spread = (count: number, low: number, high: number) =>
  Array.from({ length: count }, (_, i) => low + ((high - low) * (i + 0.5)) / count);
/** 300 attempts of 10 to 14 ms, as between two zones. */
const normal = spread(300, 0.01, 0.014);
const told = (seconds: readonly number[], options?: SignatureOptions) => {
  const { name, kernel, alternatives } = classify(seconds, options);
  return { name, kernel, alternatives };
};
const named = (seconds: readonly number[], options?: SignatureOptions) => classify(seconds, options).name;

describe('what incidents look like', () => {
  test('connects through a racing SNAT take 1 s more, fewer 3 s more, over 12.8 ms', () => {
    const seconds = [...normal, ...times(20, 1.0128), ...times(4, 3.0128)];
    expect(classify(seconds)).toEqual({
      name: 'syn-retransmission',
      title: 'SYNs or SYN-ACKs were lost and sent again after 1, 3, 7 s',
      share: 1,
      events: 24,
      of: 24,
      clusters: [
        { at: 1, count: 20 },
        { at: 3, count: 4 },
      ],
      kernel: '<6.5',
      alternatives: ['syn-ack-retransmission'],
    });
  });

  test.each([
    ['syn-retransmission', [...times(9, 1.012), ...times(3, 2.013), 3.013, 4.011, 5.012]],
    ['dns-retry', [...times(8, 5.003), 10.004]],
    ['musl-dns-retry', times(6, 2.504)],
    ['data-retransmission', [...times(8, 0.213), ...times(3, 0.615), 1.42]],
    ['protocol-detection', times(7, 10.02)],
    ['cpu-throttling', [...times(9, 0.11), ...times(4, 0.208), ...times(2, 0.312)]],
    ['delayed-ack', times(7, 0.052)],
  ] as const)('%s', (name, slow) => {
    const signature = classify([...normal, ...slow]);
    expect(signature).toMatchObject({ name, share: 1, events: slow.length, of: slow.length });
    expect(signature.title).not.toBe('');
  });

  test('every session through protocol detection waits: how long a normal one takes has to be known', () => {
    expect(named(times(20, 10.02))).toBe('none');
    expect(named(times(20, 10.02), { base: 0.02 })).toBe('protocol-detection');
  });

  test('failures at exactly 1.0 s are the timeout of a proxy, delays of 1.0 s are lost SYNs', () => {
    const failures = times(8, 1);
    expect(told(failures, { failed: true })).toEqual({
      name: 'connect-timeout',
      kernel: undefined,
      alternatives: [],
    });
    expect(named([...normal, ...failures])).toBe('syn-retransmission');
    expect(named([...normal, ...failures], { failed: false })).toBe('syn-retransmission');
  });

  test('failures lie on no round trip, whatever a normal attempt takes', () => {
    expect(named(times(8, 1), { failed: true, base: 1 })).toBe('connect-timeout');
    expect(named(spread(40, 0.01, 1.2), { failed: true })).toBe('none');
    expect(named(times(8, 3), { failed: true })).toBe('none');
  });

  test('a slow overlay delays by any time', () => {
    const slow = [0.02, 0.05, 0.09, 0.15, 0.3, 0.35, 0.5, 0.8, 1, 1.1, 1.6, 2.2, 2.9, 4.5, 6];
    expect(classify([...normal, ...slow])).toEqual({
      name: 'none',
      title: 'the slow attempts keep to no known timer',
      share: 0,
      events: 0,
      of: 15,
      clusters: [],
      alternatives: [],
    });
  });

  test('a cache that is missed for 300 ms is no timer', () => {
    expect(named([...normal, ...spread(80, 0.24, 0.38)])).toBe('none');
    expect(named([...normal, ...times(80, 0.312)])).toBe('none');
  });

  test('a few others do not hide a timer, many do', () => {
    const late = [...normal, ...times(20, 1.0128)];
    expect(classify([...late, 0.5, 0.6, 1.5])).toMatchObject({
      name: 'syn-retransmission',
      share: 20 / 23,
      events: 20,
      of: 23,
    });
    expect(named([...late, ...spread(20, 0.4, 2.9)])).toBe('none');
  });

  test('of what cannot be only the names that can are given', () => {
    const seconds = [...normal, ...times(9, 5.003)];
    expect(named(seconds, { among: ['dns-retry', 'musl-dns-retry'] })).toBe('dns-retry');
    expect(named(seconds, { among: ['syn-retransmission'] })).toBe('none');
  });
});

describe('whose rhythm SYNs keep', () => {
  const first = [...normal, ...times(12, 1.0128)];
  const older = [...first, ...times(12, 1.0128), ...times(6, 3.0128)];
  const newer = [...first, ...times(4, 2.0128), ...times(2, 4.0128), 5.0128];
  const synAck = ['syn-ack-retransmission'];

  test.each<[string, readonly number[], SignatureOptions, object]>([
    ['1 s only', first, {}, { kernel: 'any', alternatives: synAck }],
    ['1 s only, older clients', first, { kernel: '<6.5' }, { kernel: '<6.5', alternatives: synAck }],
    ['1 s only, newer clients', first, { kernel: '>=6.5' }, { kernel: '>=6.5', alternatives: synAck }],
    ['1, 3 s', older, {}, { kernel: '<6.5', alternatives: synAck }],
    ['1, 3 s, older clients', older, { kernel: '<6.5' }, { kernel: '<6.5', alternatives: synAck }],
    ['1, 2, 4, 5 s', newer, {}, { kernel: '>=6.5', alternatives: [] }],
    ['1, 2, 4, 5 s, newer clients', newer, { kernel: '>=6.5' }, { kernel: '>=6.5', alternatives: [] }],
    ['1, 2, 4, 5 s, said to be older', newer, { kernel: '<6.5' }, { kernel: '>=6.5', alternatives: [] }],
  ])('%s', (_, seconds, options, expected) => {
    expect(told(seconds, options)).toEqual({ name: 'syn-retransmission', ...expected });
  });

  test('newer clients that see 1, 3 s and never 2 s are sent SYN-ACKs again', () => {
    const signature = classify(older, { kernel: '>=6.5' });
    expect(signature).toMatchObject({
      name: 'syn-ack-retransmission',
      title: 'SYN-ACKs were lost and sent again after 1, 3, 7 s',
      alternatives: [],
    });
    expect(signature.kernel).toBeUndefined();
  });

  test('the title says no more than is known', () => {
    const shared = 'SYNs or SYN-ACKs were lost and sent again';
    expect(classify(first).title).toBe(`${shared}, first after 1 s`);
    expect(classify(first, { kernel: '<6.5' }).title).toBe(`${shared} after 1, 3, 7 s`);
    expect(classify(first, { kernel: '>=6.5' }).title).toContain('Linux 6.5 or later');
    expect(classify(newer).title).toContain('Linux 6.5 or later');
  });

  test('some at 2 s tell, even if the older times explain most', () => {
    const seconds = [...normal, ...times(40, 1.0128), ...times(4, 2.0128), 3.0128];
    expect(told(seconds)).toMatchObject({ kernel: '>=6.5' });
    expect(told(seconds, { kernel: '<6.5' })).toMatchObject({ kernel: '>=6.5' });
  });

  test('one attempt between the older times does not make it newer', () => {
    const seconds = [...normal, ...times(60, 1.0128), ...times(12, 3.0128), ...times(2, 7.0128), 2.0128];
    expect(told(seconds)).toMatchObject({ kernel: '<6.5' });
  });
});

describe('how near is near enough', () => {
  const flat = times(300, 0.1);

  test.each([
    [0.95, 'none'],
    [0.951, 'syn-retransmission'],
    [1.25, 'syn-retransmission'],
    [1.251, 'none'],
  ])('of 1 s beyond 100 ms, %d s is %s', (seconds, name) => {
    expect(named([...flat, ...times(9, seconds)])).toBe(name);
  });

  test('five are enough, four are not, nor five of which one lies elsewhere', () => {
    expect(named([...normal, ...times(4, 1.0128)])).toBe('none');
    expect(named([...normal, ...times(5, 1.0128)])).toBe('syn-retransmission');
    expect(named([...normal, ...times(4, 1.0128), 0.5])).toBe('none');
  });

  test('who was hit twice was hit once before', () => {
    expect(named([...normal, ...times(4, 3.0128), ...times(8, 1.0128)])).toBe('syn-retransmission');
    expect(named([...normal, ...times(4, 3.0128), ...times(4, 1.0128)])).toBe('syn-retransmission');
    expect(named([...normal, ...times(40, 3.0128), ...times(8, 1.0128)])).toBe('none');
    expect(named([...normal, ...times(12, 3.0128)])).toBe('none');
  });

  test('what is little slower than normal counts for no template', () => {
    expect(classify([...flat, ...times(9, 1.1), ...times(20, 0.4)])).toMatchObject({ events: 9, of: 9 });
    expect(classify([...flat, ...times(9, 1.1), 0.41])).toMatchObject({ events: 9, of: 10 });
  });

  test('normal attempts may vary, and the round trip of the late ones with them', () => {
    const wide = spread(300, 0.08, 0.2);
    expect(classify([...wide, ...times(5, 0.95), ...times(5, 1.3)])).toMatchObject({ events: 10, of: 10 });
  });

  test('one server is near and the others are far, or a machine is busy for a while', () => {
    const near = spread(60, 0.0008, 0.0015);
    const far = spread(200, 0.03, 0.15);
    const late = [...spread(30, 5.001, 5.4), ...times(5, 10.002)];
    expect(classify([...near, ...far, ...late])).toMatchObject({ name: 'dns-retry', events: 35, of: 35 });
  });

  test('a timer shorter than normal attempts vary is not told', () => {
    expect(named([...spread(300, 0.01, 0.09), ...times(20, 0.095)])).toBe('none');
    expect(named([...spread(300, 0.2, 2), ...times(20, 2.1)])).toBe('none');
  });

  test('two thirds may be late, but not nearly all', () => {
    const late = times(64, 1.0128);
    expect(named([...spread(36, 0.01, 0.014), ...late])).toBe('syn-retransmission');
    expect(named([...spread(20, 0.01, 0.014), ...late])).toBe('none');
    expect(named([...spread(20, 0.01, 0.014), ...late], { base: 0.012 })).toBe('syn-retransmission');
  });
});

describe('whatever comes', () => {
  test.each<[string, readonly number[]]>([
    ['nothing', []],
    ['one attempt', [1]],
    ['the same every time', times(300, 1)],
    ['no time at all', times(300, 0)],
    ['nonsense', [Number.NaN, -1, Number.POSITIVE_INFINITY]],
  ])('%s is no timer', (_, seconds) => {
    expect(classify(seconds)).toMatchObject({ name: 'none', of: 0 });
  });

  test('a clock of milliseconds may call normal attempts 0', () => {
    expect(classify([...times(300, 0), ...times(6, 1)])).toMatchObject({ name: 'syn-retransmission', of: 6 });
  });

  test('nonsense among attempts is left out', () => {
    const nonsense = [...times(90, Number.NaN), ...times(90, -1), ...times(90, Number.POSITIVE_INFINITY)];
    const seconds = [...nonsense, ...normal, ...times(9, 1.0128)];
    expect(classify(seconds)).toMatchObject({ name: 'syn-retransmission', events: 9, of: 9 });
  });

  const seconds = fc.array(
    fc.oneof(
      fc.double({ min: 0.001, max: 0.05, noNaN: true }),
      fc.constantFrom(0.05, 0.11, 0.21, 1.01, 2.01, 2.51, 3.01, 5.01, 10.01),
      fc.double({ min: 0, max: 40, noNaN: true }),
    ),
    { maxLength: 120 },
  );

  test('the order of attempts is no evidence, and none is counted twice', () => {
    fc.assert(
      fc.property(
        seconds.chain((all) =>
          fc.tuple(
            fc.constant(all),
            fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
          ),
        ),
        ([all, shuffled]) => {
          const signature = classify(all);
          expect(classify(shuffled)).toEqual(signature);
          const { events, of, share, clusters } = signature;
          expect(clusters.reduce((sum, { count }) => sum + count, 0)).toBe(events);
          expect(of).toBeLessThanOrEqual(all.length);
          expect(share).toBe(events === 0 ? 0 : events / of);
        },
      ),
    );
  });

  test('3000 attempts take less than 20 ms', () => {
    const many = [...spread(2900, 0.01, 0.2), ...spread(60, 0.9, 1.2), ...spread(40, 2.8, 3.2)];
    const took = Array.from({ length: 10 }, () => {
      const start = performance.now();
      classify(many);
      return performance.now() - start;
    });
    expect(Math.min(...took)).toBeLessThan(20);
  });
});
