import { describe, expect, test } from '@jest/globals';
import { isProse, isThanks } from '../../core/prose.ts';

const symptoms = ['connection-errors', 'dns-failures', 'slow-connects'];

describe('a sentence', () => {
  test.each([
    'is checkout down?',
    'can you look at this please',
    'checkout is slow since the deploy',
    'checkout has 502 errors',
    'please look',
    'why?',
    'checkout?',
    'Checkout is broken',
    "what's going on here",
    'checkout -> payments fails',
    ':point_up:',
    '*checkout*',
  ])('%s', (text) => {
    expect(isProse(text, symptoms)).toBe(true);
  });
});

describe('a command with a mistake in it', () => {
  test.each([
    'checkout sinec 30m',
    'checkout since 2y',
    'checkout since',
    'checkout to',
    'checkout to api:99999',
    'checkout 30m',
    'checkout for 30m',
    'checkout conection-errors',
    'checkout since 30m please',
    'Checkout',
    'Checkout since 1h',
    'checkout..shop',
    'cancel that please',
    'cancel ???',
    'status of checkout',
  ])('%s', (text) => {
    expect(isProse(text, symptoms)).toBe(false);
  });
});

describe('thanks', () => {
  test.each(['thanks', 'Thanks!', 'thank you netcheck', 'ty :tada:'])('%s', (text) => {
    expect(isThanks(text)).toBe(true);
  });

  test.each([
    '',
    'checkout',
    'ty-gateway.shop since 1h to payments',
    'thanks, but is it not rather the cart?',
  ])('none: "%s"', (text) => {
    expect(isThanks(text)).toBe(false);
  });
});
