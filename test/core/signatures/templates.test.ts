import { describe, expect, test } from '@jest/globals';
import { templates, type Kernel, type SignatureName } from '../../../core/signatures/templates.ts';

const timesOf = (name: SignatureName, kernel?: Kernel) =>
  templates.find((one) => one.name === name && one.kernel === kernel)?.times;
/** When something is sent again whose first timeout doubles. */
const doubling = (timeout: number, times: number) =>
  Array.from({ length: times }, (_, i) => timeout * (2 ** (i + 1) - 1));

describe('templates', () => {
  test('are those that netcheck knows', () => {
    expect(templates.map(({ name, title, kernel, fails }) => [name, title, kernel, fails])).toEqual([
      ['syn-retransmission', 'SYNs or SYN-ACKs were lost and sent again after 1, 3, 7 s', '<6.5', undefined],
      [
        'syn-retransmission',
        'SYNs were lost and sent again after 1, 2, 3, 4, 5, 7 s, as by Linux 6.5 or later',
        '>=6.5',
        undefined,
      ],
      ['dns-retry', 'DNS queries were lost and asked again after 5 s', undefined, undefined],
      [
        'musl-dns-retry',
        'DNS queries were lost and asked again after 2.5 s, as by musl (Alpine)',
        undefined,
        undefined,
      ],
      [
        'data-retransmission',
        'segments of open connections were lost and sent again after 0.2, 0.6, 1.4 s',
        undefined,
        undefined,
      ],
      [
        'protocol-detection',
        "Linkerd's protocol detection waited its 10 s for a client that waits for the server",
        undefined,
        undefined,
      ],
      [
        'connect-timeout',
        "connects failed at Linkerd's timeout of 1 s, before a lost SYN was sent again",
        undefined,
        true,
      ],
      [
        'cpu-throttling',
        'delays are multiples of 100 ms, the period of CPU throttling',
        undefined,
        undefined,
      ],
      [
        'delayed-ack',
        "delays are the 40 ms of a delayed ACK, for which Nagle's algorithm waits",
        undefined,
        undefined,
      ],
    ]);
  });

  test('SYNs before Linux 6.5 and SYN-ACKs: the timeout of 1 s doubles', () => {
    expect(timesOf('syn-retransmission', '<6.5')).toEqual(doubling(1, 5));
  });

  test('SYNs since Linux 6.5: four more timeouts of 1 s before they double', () => {
    const linear = [1, 2, 3, 4];
    const doubled = doubling(1, 4).map((time) => 4 + time);
    expect(timesOf('syn-retransmission', '>=6.5')).toEqual([...linear, ...doubled]);
  });

  test('segments: the timeout of 200 ms doubles', () => {
    const rounded = doubling(0.2, 6).map((time) => Number(time.toFixed(6)));
    expect(timesOf('data-retransmission')).toEqual(rounded);
  });

  test.each<[SignatureName, readonly number[]]>([
    ['dns-retry', [5, 10]],
    ['musl-dns-retry', [2.5]],
    ['protocol-detection', [10]],
    ['connect-timeout', [1]],
    ['cpu-throttling', [0.1, 0.2, 0.3, 0.4, 0.5]],
    ['delayed-ack', [0.04]],
  ])('%s after %j s', (name, times) => {
    expect(timesOf(name)).toEqual(times);
  });
});
