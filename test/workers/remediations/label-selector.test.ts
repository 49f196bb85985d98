import { expect, test } from '@jest/globals';
import { selectorMatches } from '../../../workers/remediations/label-selector.ts';

const labels = { app: 'cart', tier: 'web' };
const none = { matchLabels: {}, matchExpressions: [] };
const expression = (key: string, operator: string, values?: readonly string[]) => ({
  ...none,
  matchExpressions: [{ key, operator, ...(values !== undefined && { values }) }],
});

test.each<[Parameters<typeof selectorMatches>[0], boolean]>([
  [none, true],
  [{ ...none, matchLabels: { app: 'cart' } }, true],
  [{ ...none, matchLabels: { app: 'cart', zone: 'a' } }, false],
  [expression('app', 'In', ['cart', 'basket']), true],
  [expression('app', 'In', ['basket']), false],
  [expression('zone', 'In', ['a']), false],
  [expression('app', 'NotIn', ['cart']), false],
  [expression('app', 'NotIn', ['basket']), true],
  [expression('zone', 'NotIn', ['a']), true],
  [expression('tier', 'Exists'), true],
  [expression('zone', 'Exists'), false],
  [expression('tier', 'DoesNotExist'), false],
  [expression('zone', 'DoesNotExist'), true],
  [{ ...expression('tier', 'Exists'), matchLabels: { app: 'basket' } }, false],
])('%j matches: %s', (selector, matches) => {
  expect(selectorMatches(selector, labels)).toBe(matches);
});
