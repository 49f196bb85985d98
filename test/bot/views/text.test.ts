import { describe, expect, test } from '@jest/globals';
import { code, codeBlock, escape, line, link, sayElapsed, struck } from '../../../bot/views/text.ts';

describe('untrusted text', () => {
  test.each([
    ['<!channel> & <@U1>', 100, '&lt;!channel&gt; &amp; &lt;@U1&gt;'],
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['a<b', 5, 'a…'],
    ['ab<', 6, 'ab&lt;'],
    ['🧨🧨', 3, '🧨…'],
  ])('%j in %i characters', (text, limit, expected) => {
    expect(escape(text, limit)).toBe(expected);
  });

  test('stays on its line', () => {
    expect(line('a\n*b*\u0000\u202e  c ')).toBe('a *b* c');
  });

  test('cannot end the span it is in', () => {
    expect(code('a`b')).toBe('`aˋb`');
    expect(codeBlock('a\n```\n<!here>')).toBe('```\na\nˋˋˋ\n&lt;!here&gt;\n```');
    expect(struck('a ~ b')).toBe('~a ∼ b~');
  });

  test.each([
    ['https://p.example/graph?a=1&b=2', '<https://p.example/graph?a=1&amp;b=2|graph>'],
    ['https://p.example/graph?q=a|b<c>', '<https://p.example/graph?q=a%7Cb%3Cc%3E|graph>'],
    ['javascript:alert(1)', 'graph'],
    ['not a link', 'graph'],
    [`https://p.example/${'x'.repeat(3000)}`, 'graph'],
  ])('as a link: %.60s', (url, expected) => {
    expect(link(url, 'graph')).toBe(expected);
  });
});

test.each([
  [2140, '2.1 s'],
  [65_000, '1 min 5 s'],
  [3_700_000, '1 h 1 min'],
])('%i ms is %s', (ms, said) => {
  expect(sayElapsed(ms)).toBe(said);
});
