import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { classifyBuckets, type SignatureOptions } from '../../../core/signatures/classify.ts';

/** The buckets of a histogram by their bounds, with how many attempts lie in some of them (by upper bound, seconds). */
function histogram(bounds: readonly number[], inside: Readonly<Record<string, number>>) {
  let count = 0;
  return [...bounds, Infinity].map((le) => ({ le, count: (count += inside[le] ?? 0) }));
}

const nginx = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** `response_latency_ms` of linkerd-proxy, in seconds. */
const linkerd = [1, 10, 100, 1000, 10_000].flatMap((ms) => [1, 2, 3, 4, 5].map((n) => (n * ms) / 1000));
const linkerdRoutes = [0.05, 0.5, 1, 10];
const linkerdDetect = [0.001, 0.1];
const coredns = Array.from({ length: 16 }, (_, i) => 0.00025 * 2 ** i);

describe('what histograms can tell', () => {
  test('connects of ingress-nginx: 1 s and 3 s, nothing in (0.5, 1]', () => {
    const buckets = histogram(nginx, { 0.01: 400_000, 0.025: 26_000, 0.05: 900, 0.25: 60, 2.5: 3067, 5: 41 });
    expect(classifyBuckets(buckets)).toMatchObject({
      name: 'syn-retransmission',
      share: 1,
      events: 3108,
      of: 3108,
      clusters: [
        { at: 1, count: 3067 },
        { at: 3, count: 41 },
      ],
      kernel: 'any',
      alternatives: ['syn-ack-retransmission'],
    });
  });

  test.each<[string, readonly number[], Record<string, number>, SignatureOptions, object]>([
    ['linkerd, 1, 3 s', linkerd, { 0.005: 9000, 2: 200, 4: 20 }, {}, { kernel: '<6.5' }],
    ['linkerd, 1, 2, 3 s', linkerd, { 0.005: 9000, 2: 200, 3: 40, 4: 8 }, {}, { kernel: '>=6.5' }],
    ['linkerd, 1 s', linkerd, { 0.005: 9000, 2: 200 }, {}, { kernel: 'any' }],
    ['linkerd, 1 s', linkerd, { 0.005: 9000, 2: 200 }, { kernel: '>=6.5' }, { kernel: '>=6.5' }],
    [
      'linkerd, 1, 3 s, newer clients',
      linkerd,
      { 0.005: 9000, 2: 200, 4: 20 },
      { kernel: '>=6.5' },
      { name: 'syn-ack-retransmission' },
    ],
    [
      'ingress-nginx, beyond the last bound',
      nginx,
      { 0.01: 9000, 2.5: 200, 5: 50, 10: 12, Infinity: 3 },
      {},
      {},
    ],
  ])('%s', (_, bounds, inside, options, expected) => {
    expect(classifyBuckets(histogram(bounds, inside), options)).toMatchObject({
      name: 'syn-retransmission',
      ...expected,
    });
  });

  test.each<[string, readonly number[], Record<string, number>]>([
    ['dns-retry', nginx, { 0.01: 9000, 10: 60 }],
    ['musl-dns-retry', nginx, { 0.01: 9000, 5: 60 }],
    ['protocol-detection', linkerd, { 0.005: 9000, 20: 60 }],
    ['data-retransmission', linkerd, { 0.005: 9000, 0.3: 60, 1: 9 }],
    ['cpu-throttling', linkerd, { 0.005: 9000, 0.2: 60, 0.3: 9 }],
    ['delayed-ack', linkerd, { 0.003: 9000, 0.05: 60 }],
  ])('%s', (name, bounds, inside) => {
    expect(classifyBuckets(histogram(bounds, inside))).toMatchObject({ name, share: 1 });
  });

  test('failures have no base: half of them may lie anywhere', () => {
    const buckets = histogram(nginx, { 2.5: 60 });
    expect(classifyBuckets(buckets, { failed: true })).toMatchObject({ name: 'connect-timeout', events: 60 });
    expect(classifyBuckets(buckets)).toMatchObject({ name: 'none', of: 0 });
  });

  test('where most are late, the base has to be known', () => {
    const buckets = histogram(nginx, { 0.01: 40, 2.5: 60 });
    expect(classifyBuckets(buckets).name).toBe('none');
    expect(classifyBuckets(buckets, { base: 0.01 }).name).toBe('syn-retransmission');
    expect(classifyBuckets(buckets, { base: 0.5 }).name).toBe('syn-retransmission');
    expect(classifyBuckets(buckets, { base: 0.6 }).name).toBe('none');
    expect(classifyBuckets(buckets, { base: 20 })).toMatchObject({ name: 'none', of: 0 });
  });

  test('half of the attempts are base enough', () => {
    expect(classifyBuckets(histogram(nginx, { 0.01: 60, 2.5: 60 })).name).toBe('syn-retransmission');
    expect(classifyBuckets(histogram(nginx, { 0.01: 60, 2.5: 61 })).name).toBe('none');
  });
});

describe('what histograms cannot tell', () => {
  test.each<[string, readonly number[], Record<string, number>]>([
    ['1 s in CoreDNS lies on a bound', coredns, { 0.0005: 9000, 1.024: 60, 2.048: 20 }],
    ['1 s in linkerd routes could be 2.5 s and 5 s', linkerdRoutes, { 0.05: 9000, 10: 60 }],
    ['1 s in linkerd detection has no upper bound', linkerdDetect, { 0.001: 9000, Infinity: 60 }],
    ['10 s in ingress-nginx has no upper bound', nginx, { 0.01: 9000, Infinity: 60 }],
    ['200 ms in ingress-nginx has no empty bucket below it', nginx, { 0.01: 9000, 0.25: 60 }],
    ['40 ms after 10 ms may be 50 ms', linkerd, { 0.01: 9000, 0.05: 60 }],
    ['normal attempts reach up to 1 s', nginx, { 1: 9000, 2.5: 60 }],
    ['normal attempts reach up to 1 s, and few take 3 s', nginx, { 1: 9000, 2.5: 1000, 5: 1 }],
    ['there is one bucket', [], { Infinity: 9000 }],
    ['no bound lies below', [1, 2.5], { 2.5: 60 }],
  ])('%s', (_, bounds, inside) => {
    expect(classifyBuckets(histogram(bounds, inside)).name).toBe('none');
  });

  test.each<[string, Record<string, number>]>([
    ['a tail without a hole', { 0.05: 90_000, 0.1: 3000, 0.25: 1200, 0.5: 400, 1: 130, 2.5: 40, 5: 8 }],
    ['a hole that is not empty', { 0.05: 90_000, 1: 40, 2.5: 200 }],
    ['more beyond 10 s than at 1 s', { 0.05: 90_000, 2.5: 20, Infinity: 200 }],
    ['few', { 0.05: 90_000, 2.5: 10 }],
  ])('%s', (_, inside) => {
    expect(classifyBuckets(histogram(nginx, inside)).name).toBe('none');
  });

  test('1 s without a bound below it, whatever normal attempts take', () => {
    expect(classifyBuckets(histogram([1, 2.5], { 2.5: 60 }), { base: 0 }).name).toBe('none');
    expect(classifyBuckets(histogram([0.9, 1, 2.5], { 2.5: 60 }), { base: 0 }).name).toBe('none');
    expect(classifyBuckets(histogram([0.5, 1, 2.5], { 2.5: 60 }), { base: 0 }).name).toBe(
      'syn-retransmission',
    );
  });

  test('more at 3 s than at 1 s are no lost SYNs', () => {
    const buckets = histogram(nginx, { 0.05: 90_000, 2.5: 20, 5: 200 });
    expect(classifyBuckets(buckets, { among: ['syn-retransmission'] }).name).toBe('none');
  });

  test('says how many were slow', () => {
    expect(classifyBuckets(histogram(nginx, { 0.05: 900, 0.1: 30.4, 0.5: 20 }))).toEqual({
      name: 'none',
      title: 'the slow attempts keep to no known timer',
      share: 0,
      events: 0,
      of: 50,
      clusters: [],
      alternatives: [],
    });
  });
});

describe('buckets as they come', () => {
  const buckets = histogram(nginx, { 0.01: 9000, 2.5: 60.4, 5: 9.3 });

  test('eleven connects of 1 s are enough for a histogram, ten are not', () => {
    expect(classifyBuckets(histogram(nginx, { 0.01: 9000, 2.5: 11 })).name).toBe('syn-retransmission');
    expect(classifyBuckets(histogram(nginx, { 0.01: 9000, 2.5: 10 })).name).toBe('none');
  });

  test('counts of increase() are no whole numbers, and may fall', () => {
    const fallen = buckets.map(({ le, count }) => ({ le, count: le > 5 ? count - 0.3 : count }));
    expect(classifyBuckets(fallen)).toMatchObject({
      events: 70,
      of: 70,
      clusters: [
        { at: 1, count: 60 },
        { at: 3, count: 9 },
      ],
    });
  });

  test('what is no bucket is left out', () => {
    const nonsense = [
      { le: Number.NaN, count: 5 },
      { le: 3, count: Number.NaN },
      { le: -1, count: 8990 },
      { le: 0, count: 1 },
      { le: 4, count: -1 },
    ];
    expect(classifyBuckets([...nonsense, ...buckets])).toEqual(classifyBuckets(buckets));
    expect(classifyBuckets([])).toMatchObject({ name: 'none', of: 0 });
  });

  test('their order is no evidence', () => {
    const expected = classifyBuckets(buckets);
    const shuffled = fc.shuffledSubarray(buckets, { minLength: buckets.length });
    fc.assert(fc.property(shuffled, (one) => expect(classifyBuckets(one)).toEqual(expected)));
  });
});
