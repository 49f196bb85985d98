import { describe, expect, test } from '@jest/globals';
import { checkMessageBlocks, checkView } from '../../../sim/slack/blocks/check.ts';
import { notifies } from '../../../sim/slack/blocks/mentions.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const md = (text: string) => ({ type: 'mrkdwn', text });
const long = (length: number) => 'x'.repeat(length);
const many = <T>(count: number, item: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => item(index));

const section = (text = 'x') => ({ type: 'section', text: md(text) });
const button = (more: object = {}) => ({ type: 'button', action_id: 'a', text: plain('Go'), ...more });
const actions = (...elements: object[]) => ({ type: 'actions', elements });
const option = (index: number, more: object = {}) => ({
  text: plain(`o${index}`),
  value: `${index}`,
  ...more,
});
const select = (count: number) => ({
  type: 'static_select',
  action_id: 's',
  options: many(count, option),
});
const cell = (text: string) => ({ type: 'raw_text', text });
const table = (rows: number, columns: number, text = 'c') => ({
  type: 'table',
  rows: many(rows, () => many(columns, () => cell(text))),
});
const chart = (series: number, points: number, more: object = {}) => ({
  type: 'data_visualization',
  title: 'p99',
  chart: {
    type: 'line',
    series: many(series, (index) => ({
      name: `s${index}`,
      data: many(points, (point) => ({ label: `t${point}`, value: point })),
    })),
    axis_config: { categories: many(points, (point) => `t${point}`) },
  },
  ...more,
});
const richText = (text: string) => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
});
const image = (more: object = {}) => ({
  type: 'image',
  alt_text: 'chart',
  image_url: 'https://example.com/a.png',
  ...more,
});
const card = (more: object = {}) => ({ type: 'card', title: md('t'), ...more });
const input = (more: object = {}) => ({
  type: 'input',
  label: plain('l'),
  element: { type: 'plain_text_input', action_id: 'i' },
  ...more,
});

/** At the limit Slack takes it; one more and it does not. */
const limits: readonly [name: string, within: object[], beyond: object[]][] = [
  ['50 blocks a message', many(50, () => section()), many(51, () => section())],
  ['3000 characters of section text', [section(long(3000))], [section(long(3001))]],
  [
    '10 fields',
    [{ type: 'section', fields: many(10, () => md('f')) }],
    [{ type: 'section', fields: many(11, () => md('f')) }],
  ],
  [
    '2000 characters a field',
    [{ type: 'section', fields: [md(long(2000))] }],
    [{ type: 'section', fields: [md(long(2001))] }],
  ],
  [
    '150 characters of header',
    [{ type: 'header', text: plain(long(150)) }],
    [{ type: 'header', text: plain(long(151)) }],
  ],
  [
    '10 context elements',
    [{ type: 'context', elements: many(10, () => md('c')) }],
    [{ type: 'context', elements: many(11, () => md('c')) }],
  ],
  [
    '25 actions',
    [actions(...many(25, (index) => button({ action_id: `a${index}` })))],
    [actions(...many(26, (index) => button({ action_id: `a${index}` })))],
  ],
  [
    '75 characters of button text',
    [actions(button({ text: plain(long(75)) }))],
    [actions(button({ text: plain(long(76)) }))],
  ],
  [
    '2000 characters of button value',
    [actions(button({ value: long(2000) }))],
    [actions(button({ value: long(2001) }))],
  ],
  [
    '3000 characters of button url',
    [actions(button({ url: `https://${long(2992)}` }))],
    [actions(button({ url: `https://${long(2993)}` }))],
  ],
  [
    '255 characters of action_id',
    [actions(button({ action_id: long(255) }))],
    [actions(button({ action_id: long(256) }))],
  ],
  [
    '255 characters of block_id',
    [{ ...section(), block_id: long(255) }],
    [{ ...section(), block_id: long(256) }],
  ],
  [
    '100 characters of confirm title',
    [actions(button({ confirm: { title: plain(long(100)), text: md('t') } }))],
    [actions(button({ confirm: { title: plain(long(101)), text: md('t') } }))],
  ],
  [
    '300 characters of confirm text',
    [actions(button({ confirm: { text: md(long(300)) } }))],
    [actions(button({ confirm: { text: md(long(301)) } }))],
  ],
  [
    '30 characters of confirm button',
    [actions(button({ confirm: { text: md('t'), confirm: plain(long(30)) } }))],
    [actions(button({ confirm: { text: md('t'), confirm: plain(long(31)) } }))],
  ],
  [
    '30 characters of deny button',
    [actions(button({ confirm: { text: md('t'), deny: plain(long(30)) } }))],
    [actions(button({ confirm: { text: md('t'), deny: plain(long(31)) } }))],
  ],
  ['100 select options', [actions(select(100))], [actions(select(101))]],
  [
    '5 overflow options',
    [actions({ type: 'overflow', action_id: 'o', options: many(5, option) })],
    [actions({ type: 'overflow', action_id: 'o', options: many(6, option) })],
  ],
  [
    '75 characters of option text',
    [actions({ ...select(0), options: [option(0, { text: plain(long(75)) })] })],
    [actions({ ...select(0), options: [option(0, { text: plain(long(76)) })] })],
  ],
  [
    '150 characters of option value',
    [actions({ ...select(0), options: [option(0, { value: long(150) })] })],
    [actions({ ...select(0), options: [option(0, { value: long(151) })] })],
  ],
  [
    '2000 characters of image description',
    [image({ alt_text: long(2000) })],
    [image({ alt_text: long(2001) })],
  ],
  [
    '12,000 characters of markdown in all',
    [
      { type: 'markdown', text: long(6000) },
      { type: 'markdown', text: long(6000) },
    ],
    [
      { type: 'markdown', text: long(6000) },
      { type: 'markdown', text: long(6001) },
    ],
  ],
  ['100 table rows', [table(100, 1)], [table(101, 1)]],
  ['20 table columns', [table(1, 20)], [table(1, 21)]],
  ['10,000 characters in all tables', [table(100, 1, long(100))], [table(100, 1, long(100)), table(1, 1)]],
  ['6 series', [chart(6, 3)], [chart(7, 3)]],
  ['20 points', [chart(1, 20)], [chart(1, 21)]],
  ['50 characters of chart title', [chart(1, 1, { title: long(50) })], [chart(1, 1, { title: long(51) })]],
  ['2 charts a message', [chart(1, 1), chart(1, 1)], [chart(1, 1), chart(1, 1), chart(1, 1)]],
  ['3 card buttons', [card()], [card({ actions: many(4, (index) => button({ action_id: `a${index}` })) })]],
  ['200 characters of card body', [card({ body: md(long(200)) })], [card({ body: md(long(201)) })]],
  [
    '10 cards',
    [{ type: 'carousel', elements: many(10, () => card()) }],
    [{ type: 'carousel', elements: many(11, () => card()) }],
  ],
  [
    '10 child blocks',
    [{ type: 'container', title: plain('c'), child_blocks: many(10, () => section()) }],
    [{ type: 'container', title: plain('c'), child_blocks: many(11, () => section()) }],
  ],
  [
    'the undocumented total',
    [...many(4, () => section(long(3000)))],
    [...many(4, () => section(long(3000))), section('x')],
  ],
];

test.each(limits)('%s', (_name, within, beyond) => {
  expect(checkMessageBlocks(within)).toBeNull();
  expect(checkMessageBlocks(beyond)).not.toBeNull();
});

/** What is wrong, in Slack's words, with the pointer to it. */
const refused: readonly [name: string, blocks: unknown, message: string][] = [
  ['no array', 'text', 'must provide a array [json-pointer:/blocks]'],
  ['an unknown block', [{ type: 'sparkline' }], 'unsupported type: sparkline [json-pointer:/blocks/0/type]'],
  [
    'a block without type',
    [section(), {}],
    'failed to match all allowed schemas [json-pointer:/blocks/1/type]',
  ],
  [
    'an unknown element',
    [actions({ type: 'slider', action_id: 'a' })],
    'unsupported type: slider [json-pointer:/blocks/0/elements/0/type]',
  ],
  ['an empty section', [{ type: 'section' }], 'missing required field: text [json-pointer:/blocks/0]'],
  ['empty text', [section('')], 'must be more than 0 characters [json-pointer:/blocks/0/text/text]'],
  [
    'mrkdwn in a header',
    [{ type: 'header', text: md('h') }],
    'must be one of: plain_text [json-pointer:/blocks/0/text/type]',
  ],
  [
    'an unknown property',
    [{ ...section(), colour: 'red' }],
    'invalid additional property: colour [json-pointer:/blocks/0]',
  ],
  [
    'one action_id twice in a block',
    [actions(button(), button())],
    '`action_id` `a` already exists [json-pointer:/blocks/0]',
  ],
  [
    'one block_id twice in a message',
    [
      { ...section(), block_id: 'b' },
      { ...section(), block_id: 'b' },
    ],
    '`block_id` `b` already exists [json-pointer:/blocks/1/block_id]',
  ],
  [
    'an alert outside a modal',
    [{ type: 'alert', text: plain('!') }],
    'unsupported type: alert [json-pointer:/blocks/0/type]',
  ],
  ['no actions', [actions()], 'no fewer than 1 items allowed [json-pointer:/blocks/0/elements]'],
  [
    'an image from nowhere',
    [{ type: 'image', alt_text: 'a' }],
    'must have exactly one of image_url and slack_file [json-pointer:/blocks/0]',
  ],
  [
    'a javascript link',
    [actions(button({ url: 'javascript:alert(1)' }))],
    'must be a valid URL [json-pointer:/blocks/0/elements/0/url]',
  ],
  [
    'a series without a category’s point',
    [
      chart(1, 2, {
        chart: {
          type: 'bar',
          series: [{ name: 's', data: [{ label: 'a', value: 1 }] }],
          axis_config: { categories: ['a', 'b'] },
        },
      }),
    ],
    'must have one data point for each category [json-pointer:/blocks/0/chart/series/0/data]',
  ],
  [
    'ragged data rows',
    [{ type: 'data_table', caption: 'c', rows: [[cell('a'), cell('b')], [cell('1')]] }],
    'rows must have the same number of columns [json-pointer:/blocks/0/rows/1]',
  ],
  [
    'an unfinished task status',
    [{ type: 'task_card', task_id: 't', title: 't', status: 'running' }],
    'must be one of: pending, in_progress, complete, error [json-pointer:/blocks/0/status]',
  ],
];

test.each(refused)('refuses %s', (_name, blocks, message) => {
  expect(checkMessageBlocks(blocks)).toEqual({ code: 'invalid_blocks', messages: [message] });
});

test('too much text is another error than a wrong shape', () => {
  expect(checkMessageBlocks(many(5, () => section(long(2900))))).toEqual({
    code: 'msg_blocks_too_long',
    messages: [],
  });
});

describe('views', () => {
  const modal = (more: object = {}) => ({ type: 'modal', title: plain('t'), blocks: [section()], ...more });

  const viewLimits: readonly [name: string, within: object, beyond: object][] = [
    ['24 characters of title', { title: plain(long(24)) }, { title: plain(long(25)) }],
    ['24 characters of submit', { submit: plain(long(24)) }, { submit: plain(long(25)) }],
    ['24 characters of close', { close: plain(long(24)) }, { close: plain(long(25)) }],
    ['3000 characters of metadata', { private_metadata: long(3000) }, { private_metadata: long(3001) }],
    ['255 characters of callback_id', { callback_id: long(255) }, { callback_id: long(256) }],
    ['100 blocks', { blocks: many(100, () => section()) }, { blocks: many(101, () => section()) }],
    [
      'an alert of 200',
      { blocks: [{ type: 'alert', text: plain(long(200)) }] },
      { blocks: [{ type: 'alert', text: plain(long(201)) }] },
    ],
    ['inputs need a submit', { blocks: [input()], submit: plain('Go') }, { blocks: [input()] }],
    ['no tables', { blocks: [] }, { blocks: [table(1, 1)] }],
  ];
  test.each(viewLimits)('%s', (_name, within, beyond) => {
    expect(checkView(modal(within))).toEqual([]);
    expect(checkView(modal(beyond))).toHaveLength(1);
  });

  test('a home tab has no alert and no title', () => {
    expect(checkView({ type: 'home', blocks: [section()] })).toEqual([]);
    expect(checkView({ type: 'home', blocks: [{ type: 'alert', text: plain('!') }] })).toHaveLength(1);
    expect(checkView({ type: 'home', title: plain('t'), blocks: [] })).toHaveLength(1);
  });
});

describe('notifies', () => {
  const cases: readonly [name: string, text: string, blocks: object[], whom: string[]][] = [
    ['everybody in the text', 'down <!channel>', [], ['!channel']],
    ['a person and those present', '<@U1> <!here|here>', [], ['U1', '!here']],
    ['a group', '<!subteam^S0ONCALL|@oncall>', [], ['!subteam^S0ONCALL']],
    ['nobody when escaped', '&lt;!channel&gt; &lt;@U1&gt;', [], []],
    ['nobody by a bare name', '@channel @alice', [], []],
    ['through mrkdwn in blocks', '', [section('see <@U1>')], ['U1']],
    ['through markdown blocks', '', [{ type: 'markdown', text: 'see <!everyone>' }], ['!everyone']],
    ['not through plain text', '', [{ type: 'header', text: plain('<!channel>') }], []],
    ['not through table cells', '', [{ type: 'table', rows: [[cell('<!channel>')]] }], []],
    ['not through the words of rich text', '', [richText('<!channel>')], []],
    [
      'through the mentions of rich text',
      '',
      [
        {
          type: 'rich_text',
          elements: [
            {
              type: 'rich_text_section',
              elements: [
                { type: 'user', user_id: 'U1' },
                { type: 'broadcast', range: 'channel' },
              ],
            },
          ],
        },
      ],
      ['U1', '!channel'],
    ],
    ['each once', '<@U1> <@U1>', [section('<@U1>')], ['U1']],
  ];
  test.each(cases)('%s', (_name, text, blocks, whom) => {
    expect(notifies(text, blocks as Parameters<typeof notifies>[1])).toEqual(whom);
  });
});
