import { expect, test } from '@jest/globals';
import { complete, readDraft, suggest } from '../../../sim/slack/page/draft.ts';

const person = (id: string, name: string, real_name: string) => ({ id, name, real_name, is_bot: false });
const around = {
  commands: [{ command: '/netcheck', description: 'Find the cause', usage_hint: 'service' }],
  users: [person('U1', 'bob', 'Bob Brandt'), person('U2', 'bob.b', 'Bob Baker')],
  inThread: false,
};

test.each([
  ['  ', { kind: 'empty' }],
  ['/netcheck', { kind: 'command', command: '/netcheck', text: '' }],
  ['/netcheck  a to b -n c ', { kind: 'command', command: '/netcheck', text: 'a to b -n c' }],
  [' /netcheck a', { kind: 'message', text: '/netcheck a' }],
  ['/var/log is full', { kind: 'message', text: '/var/log is full' }],
  ['@bob, (@bob.b) and me@bob', { kind: 'message', text: '<@U1>, (<@U2>) and me@bob' }],
  ['@nobody', { kind: 'message', text: '@nobody' }],
])('%j is read as %j', (typed, draft) => expect(readDraft(typed, around)).toEqual(draft));

test('unknown commands are refused, known ones in threads too', () => {
  expect(readDraft('/nope x', around)).toMatchObject({
    kind: 'refused',
    why: expect.stringContaining('is not a valid command'),
  });
  const inThread = { ...around, inThread: true };
  expect(readDraft('/netcheck x', inThread)).toEqual({
    kind: 'refused',
    why: '`/netcheck` is not supported in threads. Sorry!',
  });
});

test('the word at the caret is completed', () => {
  const typed = 'ask @bo now';
  const [first, second] = suggest(typed, 7, around);
  expect([first?.label, second?.label]).toEqual(['@bob', '@bob.b']);
  expect(first && complete(typed, 7, first)).toEqual({ text: 'ask @bob now', caret: 9 });
  expect(suggest('/ne', 3, around).map(({ insert }) => insert)).toEqual(['/netcheck ']);
  expect(suggest('/netcheck a', 11, around)).toEqual([]);
  expect(suggest('/ne', 3, { ...around, inThread: true })).toEqual([]);
});
