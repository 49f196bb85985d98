import { describe, expect, test } from '@jest/globals';
import type { Report } from '../../../core/report.ts';
import type { VerdictStatus } from '../../../core/verdict.ts';
import { isAllGone, knownFrom, lookAgain, type Change } from '../../../core/watch/changes.ts';
import { report } from '../../bot/reports.ts';

type Found = VerdictStatus | 'absent';

function found(statuses: Readonly<Record<string, Found>>, named: readonly string[] = []): Report {
  return report('a', {
    conclusion: { kind: 'narrowed', causes: [...named], alsoFound: [], summary: 'x.' },
    hypotheses: Object.entries(statuses).flatMap(([cause, status]) =>
      status === 'absent'
        ? []
        : [{ cause, title: `Title of ${cause}`, status, reason: `${cause}: ${status}.`, evidence: [] }],
    ),
  });
}

/** What a watch says of one cause, look after look; the first is the report before it. */
function said(looks: readonly Found[], mended: readonly string[] = []): (Change['kind'] | undefined)[] {
  const [first = 'absent', ...later] = looks;
  let known = knownFrom(found({ one: first, other: 'standing' }));
  return later.map((status) => {
    const looked = lookAgain(known, found({ one: status, other: 'standing' }), new Set(mended));
    known = looked.known;
    expect(looked.changes.length).toBeLessThanOrEqual(1);
    return looked.changes[0]?.kind;
  });
}

describe('what a watch says, look after look', () => {
  test.each<[string, Found[], (Change['kind'] | undefined)[]]>([
    ['nothing as long as it is there', ['confirmed', 'confirmed', 'confirmed'], [undefined, undefined]],
    ['nothing as long as it is not', ['eliminated', 'eliminated', 'eliminated'], [undefined, undefined]],
    [
      'nothing of what is never settled',
      ['standing', 'unchecked', 'conflict', 'absent'],
      [undefined, undefined, undefined],
    ],
    ['nothing of what was open and is ruled out', ['standing', 'eliminated'], [undefined]],
    ['once that it appeared', ['eliminated', 'confirmed', 'confirmed'], ['appeared', undefined]],
    ['that it is proven, where it was not looked at before', ['absent', 'confirmed'], ['proven']],
    ['that it is proven, where it could not be looked at before', ['unchecked', 'confirmed'], ['proven']],
    ['that it is proven, where it was open', ['standing', 'confirmed', 'confirmed'], ['proven', undefined]],
    ['that it is proven, where it was contradictory', ['conflict', 'confirmed'], ['proven']],
    ['that it appeared once ruled out', ['standing', 'eliminated', 'confirmed'], [undefined, 'appeared']],
    ['once that it is gone', ['confirmed', 'eliminated', 'eliminated'], ['gone', undefined]],
    ['that it is back', ['confirmed', 'eliminated', 'confirmed'], ['gone', 'returned']],
    ['once that it cannot be seen', ['confirmed', 'unchecked', 'unchecked'], ['unseen', undefined]],
    ['that its playbook is lost', ['confirmed', 'absent'], ['unseen']],
    ['that it is open', ['confirmed', 'standing', 'conflict'], ['unproven', undefined]],
    ['one of both', ['confirmed', 'unchecked', 'standing'], ['unseen', undefined]],
    ['that it is still there', ['confirmed', 'unchecked', 'confirmed'], ['unseen', 'still-there']],
    ['that it is gone, seen after a while', ['confirmed', 'unchecked', 'eliminated'], ['unseen', 'gone']],
    [
      'nothing of what is gone and cannot be seen',
      ['confirmed', 'eliminated', 'unchecked', 'eliminated'],
      ['gone', undefined, undefined],
    ],
    [
      'that it is back, seen after a while',
      ['confirmed', 'eliminated', 'unchecked', 'confirmed'],
      ['gone', undefined, 'returned'],
    ],
  ])('%s', (_, looks, changes) => {
    expect(said(looks)).toEqual(changes);
  });

  test.each<[string, Found[], Change['kind'][]]>([
    ['holds', ['confirmed', 'eliminated'], ['fix-holds']],
    ['does not hold', ['confirmed', 'eliminated', 'confirmed'], ['fix-holds', 'returned']],
    ['cannot be told to hold', ['confirmed', 'unchecked'], ['unseen']],
  ])('after a change, that the fix %s', (_, looks, changes) => {
    expect(said(looks, ['one'])).toEqual(changes);
  });

  test('with what it was before it was proven', () => {
    const { known, changes: none } = lookAgain(
      knownFrom(found({ one: 'standing' })),
      found({ one: 'conflict' }),
      new Set(),
    );
    expect(none).toEqual([]);
    expect(lookAgain(known, found({ one: 'confirmed' }), new Set()).changes).toMatchObject([
      { kind: 'proven', was: 'conflict' },
    ]);
  });

  test('with the sentence of the verdict', () => {
    const { changes } = lookAgain(
      knownFrom(found({ one: 'confirmed' })),
      found({ one: 'eliminated' }),
      new Set(),
    );
    expect(changes).toEqual([
      { kind: 'gone', cause: 'one', title: 'Title of one', reason: 'one: eliminated.' },
    ]);
  });
});

describe('all is gone', () => {
  test.each<[string, Readonly<Record<string, Found>>, string[], Readonly<Record<string, Found>>, boolean]>([
    ['what was proven', { a: 'confirmed', b: 'standing' }, ['a'], { a: 'eliminated', b: 'standing' }, true],
    ['not what is still there', { a: 'confirmed' }, ['a'], { a: 'confirmed' }, false],
    ['not what cannot be seen', { a: 'confirmed' }, ['a'], { a: 'unchecked' }, false],
    ['not what is not looked at', { a: 'confirmed' }, ['a'], {}, false],
    ['not half of it', { a: 'confirmed', b: 'confirmed' }, ['a'], { a: 'eliminated', b: 'standing' }, false],
    [
      'what it was narrowed to',
      { a: 'standing', b: 'standing' },
      ['a', 'b'],
      { a: 'eliminated', b: 'eliminated' },
      true,
    ],
    [
      'not one of what it was narrowed to',
      { a: 'standing', b: 'standing' },
      ['a', 'b'],
      { a: 'eliminated', b: 'standing' },
      false,
    ],
    ['not where nothing was named', { a: 'unchecked' }, [], { a: 'eliminated' }, false],
  ])('%s', (_, first, named, now, all) => {
    const before = found(first, named);
    const { known } = lookAgain(knownFrom(before), found(now), new Set());
    expect(isAllGone(before, known, found(now))).toBe(all);
  });

  test('not what has appeared since', () => {
    const first = found({ a: 'confirmed', b: 'eliminated' }, ['a']);
    const now = found({ a: 'eliminated', b: 'confirmed' });
    const { known } = lookAgain(knownFrom(first), now, new Set());
    expect(isAllGone(first, known, now)).toBe(false);
    expect(isAllGone(first, known, found({ a: 'eliminated', b: 'eliminated' }))).toBe(true);
  });
});
