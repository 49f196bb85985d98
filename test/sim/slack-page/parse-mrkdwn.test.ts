import { expect, test } from '@jest/globals';
import { parseMrkdwn } from '../../../sim/slack/page/blocks/parse-mrkdwn.ts';

const plain = (text: string) => ({ type: 'text', text, style: {} });
const styled = (text: string, ...styles: string[]) => ({
  type: 'text',
  text,
  style: Object.fromEntries(styles.map((style) => [style, true])),
});

/** The inline parts of a text that is one section. */
function inline(text: string): unknown {
  const blocks = parseMrkdwn(text);
  expect(blocks).toHaveLength(1);
  return blocks[0]?.elements;
}

test.each<[string, unknown[]]>([
  [
    '*bold* and _it_ and ~no~',
    [styled('bold', 'bold'), plain(' and '), styled('it', 'italic'), plain(' and '), styled('no', 'strike')],
  ],
  ['*drops `a_b`*', [styled('drops ', 'bold'), styled('a_b', 'bold', 'code')]],
  ['`rate(x[5m]) * 60 * 2`', [styled('rate(x[5m]) * 60 * 2', 'code')]],
  ['&lt;b&gt; &amp;lt;', [plain('<b> &lt;')]],
  [':wave: at 14:05:30', [{ type: 'emoji', name: 'wave' }, plain(' at 14:05:30')]],
  [
    '<@U1> in <#C1|ops> <!here>',
    [
      { type: 'user', user_id: 'U1' },
      plain(' in '),
      { type: 'channel', channel_id: 'C1' },
      plain(' '),
      { type: 'broadcast', range: 'here' },
    ],
  ],
  [
    '<https://a.invalid/x_y|a & b>',
    [{ type: 'link', url: 'https://a.invalid/x_y', text: 'a & b', style: {} }],
  ],
  [
    'see https://a.invalid/x_y_z.',
    [plain('see '), { type: 'link', url: 'https://a.invalid/x_y_z', style: {} }, plain('.')],
  ],
  ['<!date^1763730000^{date_short}|then>', [{ type: 'date', timestamp: 1763730000, format: '{date_short}' }]],
])('%s', (text, expected) => expect(inline(text)).toEqual(expected));

test.each([
  'my_service_name',
  'a*b*c',
  '# not a heading',
  '| a | b |',
  '14:05–14:20',
  'fd00::1 and ::1',
  '2 * 3 * 4',
  '1. not a list\n2. either',
  '  two\n\n    four',
  'took ~5 s, not ~4 s',
])('%j stays as it is', (text) => expect(inline(text)).toEqual([plain(text)]));

test('a verbatim text links nothing by itself', () => {
  expect(parseMrkdwn('see https://a.invalid and <https://b.invalid>', true)).toEqual([
    {
      type: 'rich_text_section',
      elements: [plain('see https://a.invalid and '), { type: 'link', url: 'https://b.invalid', style: {} }],
    },
  ]);
});

test('code blocks and quotes stand apart', () => {
  expect(parseMrkdwn('before\n```\n*a* &lt;b&gt;\n  c\n```\n&gt; said\n> twice\nafter')).toEqual([
    { type: 'rich_text_section', elements: [plain('before')] },
    { type: 'rich_text_preformatted', elements: [plain('*a* <b>\n  c')] },
    { type: 'rich_text_quote', elements: [plain('said\ntwice')] },
    { type: 'rich_text_section', elements: [plain('after')] },
  ]);
});
