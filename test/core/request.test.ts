import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { retentionSeconds } from '../../core/jobs.ts';
import { parseCommand, Request, type Command, type CommandProblem } from '../../core/request.ts';

const symptoms = ['connection-errors', 'dns-failures', 'slow-connects'];
const parse = (text: string): Command | CommandProblem => parseCommand(text, symptoms);

function requestOf(text: string): Request {
  const command = parse(text);
  if (command.kind !== 'triage') throw new Error(`${text}: ${JSON.stringify(command)}`);
  return command.request;
}

function problemOf(text: string): CommandProblem {
  const command = parse(text);
  if (command.kind !== 'problem') throw new Error(`${text}: ${JSON.stringify(command)}`);
  return command;
}

describe('words of their own', () => {
  test.each([
    ['', { kind: 'ask' }],
    ['   ', { kind: 'ask' }],
    ['help', { kind: 'help' }],
    ['playbooks', { kind: 'playbooks' }],
    ['status', { kind: 'status' }],
    ['stats', { kind: 'stats', seconds: retentionSeconds }],
    ['stats 7d', { kind: 'stats', seconds: retentionSeconds }],
    ['stats 1h', { kind: 'stats', seconds: 3600 }],
    ['cancel', { kind: 'cancel' }],
    ['cancel ab12cd34', { kind: 'cancel', id: 'ab12cd34' }],
    ['mute', { kind: 'mute' }],
    ['mute 90s', { kind: 'mute', seconds: 90 }],
    ['mute 2h', { kind: 'mute', seconds: 7200 }],
    ['mute 30d', { kind: 'mute', seconds: 30 * 86_400 }],
    ['unmute', { kind: 'unmute' }],
    ['export', { kind: 'export' }],
    ['export ab12cd34', { kind: 'export', id: 'ab12cd34' }],
    ['cancel `ab12cd34`', { kind: 'cancel', id: 'ab12cd34' }],
    ['watch', { kind: 'watch' }],
    ['note ab12cd34 only  from node a', { kind: 'note', text: 'ab12cd34 only  from node a' }],
    [
      'note',
      { kind: 'triage', request: { subject: { kind: 'named', service: 'note' }, windowSeconds: 1800 } },
    ],
    ['watch ab12cd34', { kind: 'watch', id: 'ab12cd34' }],
    ['unwatch ab12cd34', { kind: 'unwatch', id: 'ab12cd34' }],
    [
      'watch since 1h',
      { kind: 'triage', request: { subject: { kind: 'named', service: 'watch' }, windowSeconds: 3600 } },
    ],
  ])('"%s"', (text, command) => {
    expect(parse(text)).toEqual(command);
  });

  test.each(['help', 'status', 'stats', 'playbooks', 'mute', 'unmute'])(
    '%s with more behind it is a Service of that name',
    (word) => {
      expect(requestOf(`${word} since 1h`).subject).toEqual({ kind: 'named', service: word });
    },
  );
});

test.each(['30m', '8d'])('statistics are not to be had over %s', (span) => {
  expect(problemOf(`stats ${span}`)).toEqual({
    kind: 'problem',
    column: 7,
    message: `Unexpected "${span}", expected a time span from 1h to 7d`,
  });
});

describe('a triage', () => {
  const checkout = { kind: 'named', service: 'checkout' };
  test.each([
    ['checkout', { subject: checkout, windowSeconds: 1800 }],
    ['  checkout  ', { subject: checkout, windowSeconds: 1800 }],
    ['checkout.shop', { subject: { ...checkout, namespace: 'shop' }, windowSeconds: 1800 }],
    ['checkout.shop.svc', { subject: { ...checkout, namespace: 'shop' }, windowSeconds: 1800 }],
    ['checkout.shop.svc.cluster.local', { subject: { ...checkout, namespace: 'shop' }, windowSeconds: 1800 }],
    [
      'checkout.shop.svc.cluster.local.',
      { subject: { ...checkout, namespace: 'shop' }, windowSeconds: 1800 },
    ],
    ['`checkout`', { subject: checkout, windowSeconds: 1800 }],
    [
      '<http://checkout.shop|checkout.shop>',
      { subject: { ...checkout, namespace: 'shop' }, windowSeconds: 1800 },
    ],
    ['checkout to payments', { subject: checkout, windowSeconds: 1800, destination: { host: 'payments' } }],
    [
      'checkout to api.stripe.com:443',
      { subject: checkout, windowSeconds: 1800, destination: { host: 'api.stripe.com', port: 443 } },
    ],
    [
      'checkout to <https://api.stripe.com:443|api.stripe.com:443>',
      { subject: checkout, windowSeconds: 1800, destination: { host: 'api.stripe.com', port: 443 } },
    ],
    [
      'checkout to <http://api.stripe.com|api.stripe.com>:443',
      { subject: checkout, windowSeconds: 1800, destination: { host: 'api.stripe.com', port: 443 } },
    ],
    ['checkout since 5m', { subject: checkout, windowSeconds: 300 }],
    ['checkout since 24h', { subject: checkout, windowSeconds: 86_400 }],
    ['checkout since 1d', { subject: checkout, windowSeconds: 86_400 }],
    ['checkout dns-failures', { subject: checkout, windowSeconds: 1800, symptom: 'dns-failures' }],
    [
      'checkout slow-connects since 2h to payments:8080',
      {
        subject: checkout,
        windowSeconds: 7200,
        destination: { host: 'payments', port: 8080 },
        symptom: 'slow-connects',
      },
    ],
    ['to', { subject: { kind: 'named', service: 'to' }, windowSeconds: 1800 }],
    [
      `${'a'.repeat(63)}.${'b'.repeat(63)}`,
      {
        subject: { kind: 'named', service: 'a'.repeat(63), namespace: 'b'.repeat(63) },
        windowSeconds: 1800,
      },
    ],
  ])('%s', (text, request) => {
    expect(requestOf(text)).toEqual(request);
  });
});

describe('what is not understood is said at its place', () => {
  test.each([
    ['-checkout', 1, '"-checkout", expected a Service'],
    ['Checkout', 1, 'expected a Service'],
    ['checkout.shop.eu', 1, 'expected a Service'],
    ['a'.repeat(64), 1, 'expected a Service'],
    ['checkout.', 1, 'expected a Service'],
    ['  check_out', 3, 'expected a Service'],
    ['<!channel>', 1, 'Unexpected "<!channel>", expected a Service'],
    ['```', 1, 'expected a Service'],
    ['checkout"} or vector(1) #', 1, 'expected a Service'],
    ['warenkörbe', 1, 'expected a Service'],
    ['checkout to', 13, 'Unexpected end after "to", expected a host'],
    ['checkout to :443', 13, 'Unexpected ":443", expected a host'],
    ['checkout to payments:0', 13, 'port from 1 to 65535'],
    ['checkout to payments:65536', 13, 'port from 1 to 65535'],
    ['checkout to payments:1e3', 13, 'port from 1 to 65535'],
    ['checkout to payments:', 13, 'port from 1 to 65535'],
    ['checkout to a:1:2', 13, 'expected a host'],
    ['checkout to <!channel>', 13, 'expected a host'],
    [`checkout to ${'a.'.repeat(126)}aa`, 13, 'expected a host'],
    ['checkout since', 16, 'Unexpected end after "since", expected a time span from 5m to 24h'],
    ['checkout since 30', 16, 'Unexpected "30", expected a time span'],
    ['checkout since 4m', 16, 'expected a time span'],
    ['checkout since 25h', 16, 'expected a time span'],
    ['checkout since -30m', 16, 'expected a time span'],
    ['checkout since 1h since 2h', 19, 'Unexpected "since"'],
    ['checkout to a to b', 15, 'Unexpected "to"'],
    ['checkout dns-failures slow-connects', 23, 'Unexpected "slow-connects"'],
    ['checkout dns-failure', 10, 'Did you mean dns-failures?'],
    ['checkout slow', 10, 'Did you mean slow-connects?'],
    ['checkout sinc 30m', 10, 'Did you mean since?'],
    ['mute 59s', 6, 'expected a time span from 1m to 30d'],
    ['mute 31d', 6, 'as in mute 2h, or nothing'],
    ['mute everything', 6, 'Unexpected "everything"'],
    ['watch !', 7, 'expected the id of an investigation'],
    ['cancel !', 8, 'expected the id of an investigation'],
    ['export !', 8, 'expected the id of an investigation'],
  ])('%s → column %i', (text, column, message) => {
    const problem = problemOf(text);
    expect(problem.column).toBe(column);
    expect(problem.message).toContain(message);
  });

  test('far words are not taken for near ones, but what is possible is named', () => {
    const { message } = problemOf('checkout quux-zork');
    expect(message).not.toContain('Did you mean');
    expect(message).toContain('(connection-errors, dns-failures, slow-connects)');
  });

  test.each([
    ['one word', 'x'.repeat(10_000), 1],
    ['many words', `checkout ${'x '.repeat(5_000)}`, 10],
    ['a host of many dots', `checkout to ${'a.'.repeat(5_000)}a`, 13],
    ['an emoji at the cut', `${'a'.repeat(59)}${'😀'.repeat(2_500)}`, 1],
  ])('10 kB of text, %s: refused at once, in a short sentence', (_name, text, column) => {
    const started = performance.now();
    const problem = problemOf(text);
    expect(performance.now() - started).toBeLessThan(100);
    expect(problem.column).toBe(column);
    expect(problem.message.length).toBeLessThan(300);
    expect(problem.message.isWellFormed()).toBe(true);
  });
});

describe('whatever is typed', () => {
  const vocabulary = fc.constantFrom(
    ...['checkout', 'checkout.shop', 'to', 'since', '30m', '7d', 'payments:443', 'help', 'cancel', 'status'],
    ...['dns-failures', 'slow-connects', '<!channel>', '`', '&amp;', '<http://a.b|a.b>', ':', '.', '🙂'],
  );
  const typed = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc
      .array(fc.oneof({ weight: 5, arbitrary: vocabulary }, fc.string({ unit: 'grapheme' })))
      .map((words) => words.join(' ')),
  );

  test('is a command or a problem at a place in the text, never a crash', () => {
    fc.assert(
      fc.property(typed, (text) => {
        const command = parse(text);
        if (command.kind === 'triage') {
          expect(Request.safeParse(command.request).error).toBeUndefined();
        }
        if (command.kind === 'problem') {
          expect(command.column).toBeGreaterThanOrEqual(1);
          // At most where the word that is missing would begin, behind a space.
          expect(command.column).toBeLessThanOrEqual(text.length + 2);
          expect(command.message).toMatch(/^Unexpected .+, expected /s);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
