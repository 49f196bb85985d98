import { expect, test } from '@jest/globals';
import type { Compared } from '../../../core/remediation/outcome.ts';
import { sayCompared } from '../../../core/remediation/say-outcome.ts';

const arm = (from: string, before: number, after: number): Compared => ({
  kind: 'attempts',
  title: 'Handshakes',
  from,
  before: { failed: before, of: 1000 },
  after: { failed: after, of: 1200 },
});

test.each<[string, readonly Compared[], readonly string[]]>([
  ['nothing', [], []],
  [
    'an arm that was mended, beside those that were well',
    [arm('the pod', 41, 0), arm('the worker', 0, 0), arm('another node', 0, 0)],
    [
      'Handshakes: from the pod 4.1 % (41 of 1,000; 3 % to 5.5 %) → 0 of 1,200, below 0.25 % at 95 %',
      '2 other arms of the probes: no failure before or after',
    ],
  ],
  [
    'an arm that became worse',
    [arm('the pod', 0, 12)],
    ['Handshakes: from the pod 0 of 1,000, below 0.3 % at 95 % → 1 % (12 of 1,200; 0.52 % to 1.7 %)'],
  ],
  [
    'a number',
    [{ kind: 'number', title: 'Failed inserts', unit: 'rate', before: 3.5, after: 0 }],
    ['Failed inserts: 3.5/s → 0/s'],
  ],
])('%s', (_name, compared, said) => {
  expect(sayCompared(compared)).toEqual(said);
});
