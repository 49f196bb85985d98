import { describe, expect, test } from '@jest/globals';
import { conclude, Conclusion, type Judged } from '../../core/conclusion.ts';
import type { VerdictStatus } from '../../core/verdict.ts';

/** `n:confirmed` is a network cause that is confirmed, `x:…` one that only looks like the network. */
function judged(...short: readonly string[]): Judged[] {
  return short.map((one, index) => {
    const [kind = '', status = ''] = one.split(':');
    const cause = `${kind}${index}`;
    return {
      network: kind === 'n',
      verdict: {
        cause,
        title: `Title ${cause}`,
        status: status as VerdictStatus,
        reason: `Reason ${cause}.`,
        evidence: [],
        ...(status === 'confirmed' && { culprit: `culprit ${cause}` }),
      },
    };
  });
}

describe('what verdicts amount to', () => {
  test.each<[string[], Conclusion['kind'], string[]]>([
    [[], 'inconclusive', []],
    [['n:confirmed'], 'cause-found', ['n0']],
    [['n:confirmed', 'n:eliminated', 'n:unchecked', 'n:standing'], 'cause-found', ['n0']],
    [['n:confirmed', 'x:confirmed'], 'cause-found', ['n0', 'x1']],
    [['n:confirmed', 'n:confirmed'], 'cause-found', ['n0', 'n1']],
    [['n:eliminated', 'n:eliminated'], 'not-the-network', []],
    [['n:eliminated', 'x:confirmed'], 'not-the-network', ['x1']],
    [['n:eliminated', 'x:standing'], 'not-the-network', []],
    [['n:eliminated', 'x:unchecked'], 'not-the-network', []],
    [['n:standing', 'x:confirmed'], 'cause-found', ['x1']],
    [['n:unchecked', 'x:confirmed'], 'cause-found', ['x1']],
    [['n:standing', 'n:eliminated'], 'narrowed', ['n0']],
    [['n:conflict', 'n:eliminated'], 'narrowed', ['n0']],
    [['n:standing', 'n:unchecked', 'n:conflict'], 'narrowed', ['n0', 'n2']],
    [['n:unchecked', 'n:eliminated'], 'inconclusive', []],
    [['n:unchecked', 'x:eliminated'], 'inconclusive', []],
  ])('%j → %s %j', (verdicts, kind, causes) => {
    const conclusion = conclude(judged(...verdicts));
    expect(Conclusion.parse(conclusion)).toMatchObject({ kind, causes });
  });
});

describe('in plain words', () => {
  test.each([
    [['n:confirmed', 'n:eliminated'], 'Title n0 (culprit n0). Reason n0.'],
    [
      ['n:confirmed', 'n:unchecked', 'n:standing', 'x:standing'],
      'Title n0 (culprit n0). Reason n0. 2 other causes are not ruled out.',
    ],
    [['n:confirmed', 'n:conflict'], 'Title n0 (culprit n0). Reason n0. 1 other cause is not ruled out.'],
    [['n:confirmed', 'n:confirmed'], 'Title n0 (culprit n0). Reason n0. Also: Title n1.'],
    [
      ['n:eliminated', 'n:eliminated', 'x:eliminated'],
      'Not the network: all 2 network causes are ruled out.',
    ],
    [
      ['n:eliminated', 'x:unchecked'],
      'Not the network: the only network cause is ruled out. Not settled: Title x1.',
    ],
    [
      ['n:eliminated', 'n:eliminated', 'x:confirmed'],
      'Not the network: Title x2 (culprit x2). Reason x2. And all 2 network causes are ruled out.',
    ],
    [['n:standing', 'n:unchecked'], 'Narrowed to 1: Title n0. 1 could not be checked.'],
    [['n:unchecked', 'n:eliminated'], 'Nothing proven. Could not check: Title n0.'],
    [[], 'Nothing was looked at: no playbook lists a cause for this symptom.'],
  ])('%j', (verdicts, summary) => {
    expect(conclude(judged(...verdicts)).summary).toBe(summary);
  });
});

test('without a network cause among them nothing is said of the network', () => {
  expect(conclude(judged('x:eliminated')).kind).toBe('inconclusive');
  expect(conclude(judged('x:standing'))).toMatchObject({ kind: 'narrowed', causes: ['x0'] });
  expect(conclude(judged('x:confirmed'))).toMatchObject({ kind: 'cause-found', causes: ['x0'] });
});

test('a network cause is told before one that only looks like it', () => {
  expect(conclude(judged('x:confirmed', 'n:confirmed')).summary).toMatch(/^Title n1 .* Also: Title x0\.$/);
});
