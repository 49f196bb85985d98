import { describe, expect, test } from '@jest/globals';
import { nextAddress, tolerates } from '../../../../sim/cluster/controllers/schedule.ts';

describe('addresses of a node', () => {
  test('start after network and bridge, and do not return to the one just freed', () => {
    expect(nextAddress('10.0.0.0/24', new Set(), 1)).toEqual({ ip: '10.0.0.2', offset: 2 });
    expect(nextAddress('10.0.0.0/24', new Set(['10.0.0.3']), 2)).toEqual({ ip: '10.0.0.4', offset: 4 });
  });

  test('begin again at the end of the range, and run out', () => {
    expect(nextAddress('10.0.0.0/29', new Set(), 6)).toEqual({ ip: '10.0.0.2', offset: 2 });
    const taken = new Set(['2', '3', '4', '5', '6'].map((last) => `10.0.0.${last}`));
    expect(nextAddress('10.0.0.0/29', taken, 1)).toBeUndefined();
  });

  test('carry over into the next byte', () => {
    expect(nextAddress('10.0.0.0/23', new Set(), 255)).toEqual({ ip: '10.0.1.0', offset: 256 });
  });
});

test.each([
  [{ key: 'a', operator: 'Exists' }, true],
  [{ operator: 'Exists' }, true],
  [{ key: 'a', value: 'x' }, true],
  [{ key: 'a', value: 'y' }, false],
  [{ key: 'b', operator: 'Exists' }, false],
  [{ key: 'a', operator: 'Exists', effect: 'NoExecute' }, false],
])('%j tolerates a=x:NoSchedule: %s', (toleration, expected) => {
  expect(tolerates([toleration], { key: 'a', value: 'x', effect: 'NoSchedule' })).toBe(expected);
});
