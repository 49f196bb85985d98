import { expect, test } from '@jest/globals';
import { reachOf } from '../../../core/playbook/promql-reach.ts';

test.each([
  ['up', 300],
  ['rate(x[5m])', 600],
  ['increase(x[1h30m])', 300 + 5400],
  ['x[90]', 390],
  ['max_over_time(rate(x{a="[1h]"}[5m])[30m:1m])', 300 + 300 + 1800 + 60],
  ['x offset -1m', 360],
  ['rate(x[500ms])', 300.5],
])('%s → %d s', (query, seconds) => {
  expect(reachOf(query)).toBe(seconds);
});
