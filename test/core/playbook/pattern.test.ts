import { describe, expect, test } from '@jest/globals';
import { patternMistake } from '../../../core/playbook/pattern.ts';

describe('a pattern', () => {
  test.each([
    'timed? out',
    '(read )?timed? out',
    '(connect(ion)? time(d )?out)?',
    String.raw`dial tcp .*: i/o timeout`,
    String.raw`(\d{1,3}\.){1}\d+`,
    String.raw`(?:\d{2}:)+`,
    '(?<name>a+)(?=b*)',
    '(ab|cd)+',
    '(a+|b){1}',
  ])('%s is one to look for', (text) => {
    expect(patternMistake(text)).toBeUndefined();
  });

  test.each([
    ['(a+)+$', '(a+)+'],
    ['x(?:a*)*y', '(?:a*)*'],
    [String.raw`^(\w+\s?)*$`, String.raw`(\w+\s?)*`],
    ['(a?){30}', '(a?){30}'],
    ['(?:(b(a|c*)){2,}d)?', '(b(a|c*)){2,}'],
    ['(a{1,5}?){1,9}', '(a{1,5}?){1,9}'],
  ])('%s could take hours', (text, nested) => {
    expect(patternMistake(text)).toBe(
      `Unexpected ${nested}, expected a pattern that repeats nothing that repeats itself: it could take hours`,
    );
  });

  test('that is none is said to be none', () => {
    expect(patternMistake('(')).toMatch(/^Unexpected pattern, expected a regular expression: .*Unterminated/);
  });
});
