import { describe, expect, test } from '@jest/globals';
import { conclude, Conclusion, isSettled } from '../../core/conclusion.ts';
import type { Judged } from '../../core/judge.ts';
import { VerdictStatus } from '../../core/verdict.ts';

/**
 * `n:confirmed` is a network cause that is confirmed, `x:…` one that only looks like the network. `30%` is how much of the
 * symptom it accounts for, `?` that it could not be counted, `~1` that it looks like the second of the list.
 */
function judged(...short: readonly string[]): Judged[] {
  const ids = short.map((one, index) => `${one.charAt(0)}${index}`);
  return short.map((one, index) => {
    const [, kind, status, share, doubles = ''] =
      /^(\w):(\w+)(?: ([\d.]+%|\?))?((?: ~\d+)*)$/.exec(one) ?? [];
    const cause = ids[index] ?? '';
    return {
      network: kind === 'n',
      lookAlikes: doubles
        .split(' ~')
        .slice(1)
        .map((double) => ids[Number(double)] ?? `unknown-${double}`),
      verdict: {
        cause,
        title: `Title ${cause}`,
        status: VerdictStatus.parse(status),
        reason: `Reason ${cause}.`,
        evidence: [],
        ...(status === 'confirmed' && { culprit: `culprit ${cause}` }),
      },
      ...(share !== undefined && {
        coverage:
          share === '?'
            ? 'uncounted'
            : { share: parseFloat(share) / 100, reason: `Explains ${parseFloat(share)} %.` },
      }),
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
    expect(Conclusion.parse(conclusion)).toMatchObject({ kind, causes, alsoFound: [] });
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
      'Not the network: all 2 network causes that netcheck knows are ruled out.',
    ],
    [
      ['n:eliminated', 'x:unchecked'],
      'Not the network: the only network cause that netcheck knows is ruled out. Not settled: Title x1.',
    ],
    [
      ['n:eliminated', 'n:eliminated', 'x:confirmed'],
      'Not the network: Title x2 (culprit x2). Reason x2. And all 2 network causes that netcheck knows are ruled out.',
    ],
    [
      ['n:eliminated', 'x:confirmed', 'x:confirmed'],
      'Not the network: Title x1 (culprit x1). Reason x1. Also: Title x2. And the only network cause that netcheck knows is ruled out.',
    ],
    [['n:standing', 'n:unchecked'], 'Narrowed to 1: Title n0. 1 could not be checked.'],
    [['n:unchecked', 'n:eliminated'], 'Nothing proven. Could not check: Title n0.'],
    [[], 'Nothing was looked at: no playbook lists a cause for this symptom.'],
    [['x:eliminated'], 'Nothing proven: every cause that was looked at is ruled out.'],
  ])('%j', (verdicts, summary) => {
    expect(conclude(judged(...verdicts)).summary).toBe(summary);
  });

  test('whoever did it is named only where that is known', () => {
    const verdict = { cause: 'one', title: 'One', status: 'confirmed', reason: 'So.', evidence: [] } as const;
    expect(conclude([{ verdict: { ...verdict, evidence: [] }, network: true, lookAlikes: [] }]).summary).toBe(
      'One. So.',
    );
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

describe('how much of the symptom a cause accounts for', () => {
  // Causes and what was also found, the weightiest first.
  test.each<[string, string[], Conclusion['kind'], string[], string[]]>([
    ['most of it', ['n:confirmed 60%'], 'cause-found', ['n0'], []],
    ['half of it', ['n:confirmed 50%'], 'cause-found', ['n0'], []],
    ['less than half', ['n:confirmed 49.9%', 'n:unchecked'], 'narrowed', [], ['n0']],
    [
      'the weightiest comes first',
      ['n:confirmed 55%', 'n:confirmed 90%', 'n:confirmed 70%'],
      'cause-found',
      ['n1', 'n2', 'n0'],
      [],
    ],
    [
      'of equals the playbook’s first',
      ['n:confirmed 60%', 'n:confirmed 60%'],
      'cause-found',
      ['n0', 'n1'],
      [],
    ],
    [
      'of equals that of the network',
      ['x:confirmed 60%', 'n:confirmed 60%'],
      'cause-found',
      ['n1', 'x0'],
      [],
    ],
    [
      'more weighs more than the network',
      ['n:confirmed 60%', 'x:confirmed 61%'],
      'cause-found',
      ['x1', 'n0'],
      [],
    ],
    [
      'what is too small is only mentioned',
      ['n:confirmed 8%', 'n:confirmed 80%'],
      'cause-found',
      ['n1'],
      ['n0'],
    ],
    ['two that make half together', ['n:confirmed 20%', 'n:confirmed 30%'], 'cause-found', ['n1', 'n0'], []],
    ['two that do not', ['n:confirmed 20%', 'n:confirmed 29%'], 'narrowed', [], ['n1', 'n0']],
    ['nobody counted it: it may be all', ['n:confirmed'], 'cause-found', ['n0'], []],
    [
      'a share that nobody counted is more than one that is known',
      ['n:confirmed 60%', 'n:confirmed', 'n:confirmed 10%'],
      'cause-found',
      ['n1', 'n0'],
      ['n2'],
    ],
    ['something stands beside it', ['n:confirmed 8%', 'n:standing'], 'narrowed', ['n1'], ['n0']],
    ['not the network', ['n:eliminated', 'x:confirmed 8%'], 'not-the-network', [], ['x1']],
    [
      'not the network either',
      ['n:eliminated', 'x:confirmed 80%', 'x:confirmed 3%'],
      'not-the-network',
      ['x1'],
      ['x2'],
    ],
    // A little of the network is not "not the network".
    ['a little of the network', ['n:eliminated', 'n:confirmed 8%'], 'narrowed', [], ['n1']],
    ['a little of it beside another', ['n:confirmed 8%', 'x:confirmed 90%'], 'cause-found', ['x1'], ['n0']],
  ])('%s: %j → %s %j, also %j', (_, verdicts, kind, causes, alsoFound) => {
    expect(conclude(judged(...verdicts))).toMatchObject({ kind, causes, alsoFound });
  });

  test.each([
    // What accounts for nearly all needs no number.
    [['n:confirmed 90%'], 'Title n0 (culprit n0). Reason n0.'],
    [['n:confirmed 89%'], 'Title n0 (culprit n0). Reason n0. Explains 89 %.'],
    [
      ['n:confirmed 80%', 'n:confirmed 8%', 'x:confirmed 5%', 'n:unchecked'],
      'Title n0 (culprit n0). Reason n0. Explains 80 %. 1 other cause is not ruled out. ' +
        'Also found: Title n1, which accounts for 8 %; Title x2, which accounts for 5 %.',
    ],
    [
      ['n:confirmed 8%', 'n:unchecked'],
      'Nothing found that explains it. 1 could not be checked. Also found: Title n0, which accounts for 8 %.',
    ],
    [
      ['n:confirmed 8%', 'n:standing'],
      'Narrowed to 1: Title n1. Also found: Title n0, which accounts for 8 %.',
    ],
    [
      ['n:eliminated', 'x:confirmed 8%', 'x:standing'],
      'Not the network: the only network cause that netcheck knows is ruled out. Also found: Title x1, which accounts for 8 %. ' +
        'Not settled: Title x2.',
    ],
    [
      ['n:eliminated', 'x:confirmed 80%', 'x:confirmed 8%'],
      'Not the network: Title x1 (culprit x1). Reason x1. Explains 80 %. And the only network cause that netcheck knows is ruled out. ' +
        'Also found: Title x2, which accounts for 8 %.',
    ],
  ])('%j: %s', (verdicts, summary) => {
    expect(conclude(judged(...verdicts)).summary).toBe(summary);
  });
});

describe('what could not be counted', () => {
  const unknown = 'How much of what people see that is could not be counted.';

  test.each<[string[], Conclusion['kind'], string[], string]>([
    [['n:confirmed ?'], 'cause-found', ['n0'], `Title n0 (culprit n0). Reason n0. ${unknown}`],
    [
      ['n:confirmed ?', 'n:confirmed 60%'],
      'cause-found',
      ['n1', 'n0'],
      'Title n1 (culprit n1). Reason n1. Explains 60 %. Also: Title n0.',
    ],
    // "Not the network" is too much to say on what may be a trifle.
    [['n:eliminated', 'x:confirmed ?'], 'narrowed', ['x1'], `Title x1 (culprit x1). Reason x1. ${unknown}`],
  ])('%j: %s %j', (verdicts, kind, causes, summary) => {
    expect(conclude(judged(...verdicts))).toEqual({ kind, causes, alsoFound: [], summary });
    expect(isSettled(judged('n:confirmed ?'))).toBe(false);
  });
});

describe('causes that need a far end', () => {
  const hint = ' 8 causes concern calls to a far end: name it, as in "to api.example.com:443".';

  test.each<[string[], string]>([
    [['n:eliminated'], `Not the network: the only network cause that netcheck knows is ruled out.${hint}`],
    [['n:standing'], `Narrowed to 1: Title n0.${hint}`],
    [['n:unchecked'], `Nothing proven. Could not check: Title n0.${hint}`],
    [[], `Nothing was looked at.${hint}`],
    // Whoever has a cause needs no hint.
    [['n:confirmed'], 'Title n0 (culprit n0). Reason n0.'],
  ])('%j: %s', (verdicts, summary) => {
    expect(conclude(judged(...verdicts), 8).summary).toBe(summary);
  });

  test('one is one', () => {
    expect(conclude([], 1).summary).toBe(
      'Nothing was looked at. 1 cause concerns calls to a far end: name it, as in "to api.example.com:443".',
    );
  });
});

describe('what looks the same', () => {
  test.each<[string, string[], Conclusion['kind'], string[]]>([
    ['is ruled out', ['n:confirmed ~1', 'n:eliminated'], 'cause-found', ['n0']],
    ['is proven as well', ['n:confirmed ~1', 'n:confirmed'], 'cause-found', ['n0', 'n1']],
    [
      'is ruled out, and something else is not',
      ['n:confirmed ~1', 'n:eliminated', 'n:unchecked'],
      'cause-found',
      ['n0'],
    ],
    ['is not among them', ['n:confirmed ~7'], 'cause-found', ['n0']],
    ['stands', ['n:confirmed ~1', 'n:standing'], 'narrowed', ['n0', 'n1']],
    ['could not be checked', ['n:confirmed ~1', 'n:unchecked'], 'narrowed', ['n0', 'n1']],
    ['is in conflict', ['n:confirmed ~1', 'n:conflict'], 'narrowed', ['n0', 'n1']],
    ['stands, one of two', ['n:confirmed ~1 ~2', 'n:eliminated', 'n:standing'], 'narrowed', ['n0', 'n2']],
    // Looking alike is said by the one that is confirmed.
    ['says so itself', ['n:confirmed', 'n:standing ~0'], 'cause-found', ['n0']],
    ['is no cause of the network', ['n:confirmed ~1', 'x:standing'], 'narrowed', ['n0', 'x1']],
    ['is left for both', ['n:confirmed ~2', 'n:confirmed ~2', 'n:standing'], 'narrowed', ['n0', 'n1', 'n2']],
    // What is proven beyond doubt leads, whatever is not.
    ['is left for one of two', ['n:confirmed ~2', 'n:confirmed', 'n:standing'], 'cause-found', ['n1', 'n0']],
    [
      'is left for the cause of the network',
      ['n:confirmed ~2', 'x:confirmed', 'n:standing'],
      'cause-found',
      ['x1', 'n0'],
    ],
    ['is left for one that is too small', ['n:confirmed 8% ~1', 'n:standing'], 'narrowed', ['n1']],
  ])('%s: %j → %s %j', (_, verdicts, kind, causes) => {
    expect(conclude(judged(...verdicts))).toMatchObject({ kind, causes });
  });

  test('look-alikes that lack the same are told together', () => {
    const all = judged('n:confirmed ~1 ~2 ~3', 'n:unchecked', 'n:standing', 'n:unchecked');
    const off = all.map((one) =>
      one.verdict.status === 'unchecked' ? { ...one, verdict: { ...one.verdict, reason: 'no probes' } } : one,
    );
    expect(conclude(off).summary).toMatch(
      /not ruled out: Title n1; Title n3 \(no probes\); Title n2 \(Reason n2\)\.$/,
    );
  });

  test.each([
    [
      ['n:confirmed 80% ~1 ~2', 'n:standing', 'n:unchecked', 'n:confirmed 4%'],
      'Title n0 (culprit n0). Reason n0. Explains 80 %. But what looks the same is not ruled out: ' +
        'Title n1 (Reason n1); Title n2 (Reason n2). Also found: Title n3, which accounts for 4 %.',
    ],
    [
      ['n:confirmed ~2', 'n:confirmed ~2', 'n:standing'],
      'Title n0 (culprit n0). Reason n0. Also: Title n1. But what looks the same is not ruled out: Title n2 (Reason n2).',
    ],
    [
      ['n:confirmed ~2', 'n:confirmed', 'n:standing'],
      'Title n1 (culprit n1). Reason n1. Also: Title n0. 1 other cause is not ruled out.',
    ],
  ])('%j: %s', (verdicts, summary) => {
    expect(conclude(judged(...verdicts)).summary).toBe(summary);
  });
});

describe('nothing more need be asked', () => {
  test.each<[boolean, string, string[]]>([
    [
      true,
      'it accounts for enough, and nothing looks like it',
      ['n:confirmed 50%', 'n:unchecked', 'n:standing'],
    ],
    [true, 'what looks like it is ruled out', ['n:confirmed 90% ~1', 'n:eliminated', 'n:unchecked']],
    [true, 'several account for enough together', ['n:confirmed 30%', 'n:confirmed 20%', 'n:unchecked']],
    [true, 'it is none of the network, but it is why', ['x:confirmed 90%', 'n:unchecked']],
    [false, 'nobody counted how much it accounts for', ['n:confirmed', 'n:unchecked']],
    [false, 'it accounts for too little', ['n:confirmed 49%', 'n:unchecked']],
    [false, 'what looks like it could not be checked', ['n:confirmed 90% ~1', 'n:unchecked']],
    [false, 'nothing is proven', ['n:standing', 'n:eliminated']],
    [false, 'nothing is known', []],
  ])('%p: %s', (settled, _, verdicts) => {
    expect(isSettled(judged(...verdicts))).toBe(settled);
  });
});
