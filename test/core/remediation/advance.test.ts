import { describe, expect, test } from '@jest/globals';
import { advance, type Refusal, type RemediationEvent } from '../../../core/remediation/advance.ts';
import type { Change } from '../../../core/remediation/change.ts';
import type { Outcome } from '../../../core/remediation/outcome.ts';
import {
  isSettled,
  isUndoable,
  takesItselfBack,
  Remediation,
  type RemediationStep,
  type Preview,
} from '../../../core/remediation/state.ts';
import { ben, carol, change, outcome, preview, remediationAt, stepNames } from './remediations.ts';

type Step = RemediationStep['step'];
const at = 500;
const lastingChange: Change = { ...change, lasting: 'pods that were restarted stay so' };

const { basis } = preview;
const approve = { kind: 'approve', by: ben, basis, needed: 1, undoUnlessBetter: false } as const;
const events = {
  previewed: { kind: 'previewed', preview },
  approve,
  dismiss: { kind: 'dismiss', by: ben },
  withdraw: { kind: 'withdraw', why: 'the alert is resolved' },
  outdated: { kind: 'outdated', preview: { ...preview, basis: 'other' }, note: 'it changed' },
  begin: { kind: 'begin', change, diff: '-a\n+b' },
  applied: { kind: 'applied' },
  fail: { kind: 'fail', why: 'forbidden' },
  'lose-track': { kind: 'lose-track', why: 'no answer' },
  verified: { kind: 'verified', outcome },
  undo: { kind: 'undo', by: carol },
  undone: { kind: 'undone' },
  'undo-failed': { kind: 'undo-failed', why: 'changed by somebody else' },
} as const satisfies Record<RemediationEvent['kind'], RemediationEvent>;

/** What follows from where; everything else is refused. */
const moves: Readonly<Record<Step, Partial<Record<RemediationEvent['kind'], Step>>>> = {
  proposed: { previewed: 'proposed', approve: 'approved', dismiss: 'dismissed', withdraw: 'withdrawn' },
  dismissed: {},
  withdrawn: {},
  approved: {
    dismiss: 'dismissed',
    withdraw: 'withdrawn',
    outdated: 'proposed',
    begin: 'applying',
    fail: 'failed',
  },
  applying: { applied: 'applied', fail: 'failed', 'lose-track': 'unknown' },
  applied: { verified: 'verified', undo: 'undoing' },
  verified: { undo: 'undoing' },
  failed: {},
  unknown: { undo: 'undoing', applied: 'applied' },
  undoing: { undone: 'undone', 'undo-failed': 'undo-failed' },
  undone: {},
  'undo-failed': { undo: 'undoing', undone: 'undone' },
};

test('the table knows every step, and each is as it is stored', () => {
  expect(Object.keys(moves).sort()).toEqual([...stepNames].sort());
  for (const step of stepNames) expect(Remediation.parse(remediationAt(step))).toEqual(remediationAt(step));
});

describe.each(stepNames)('a proposal that is %s', (step) => {
  test.each(Object.entries(events))('takes %s as the table says', (kind, event) => {
    const before = remediationAt(step);
    const outcomeOf = advance(before, event, at);
    const expected = moves[step][kind as keyof typeof events];
    if (expected === undefined) {
      expect(outcomeOf).toEqual({ refused: expect.any(String) });
      return;
    }
    if ('refused' in outcomeOf) throw new Error(outcomeOf.refused);
    expect(outcomeOf.next.state.step).toBe(expected);
    expect(outcomeOf.next.revision).toBe(before.revision + 1);
    expect(Remediation.parse(outcomeOf.next)).toEqual(outcomeOf.next);
  });
});

test.each<[Step, RemediationEvent['kind'], Refusal]>([
  ['proposed', 'undo', 'not-applied'],
  ['dismissed', 'approve', 'already-dismissed'],
  ['withdrawn', 'approve', 'withdrawn'],
  ['approved', 'approve', 'already-approved'],
  ['applying', 'dismiss', 'already-approved'],
  ['verified', 'approve', 'already-done'],
  ['failed', 'approve', 'already-done'],
  ['undoing', 'undo', 'already-undone'],
  ['undone', 'undo', 'already-undone'],
])('at %s, %s is answered with %s', (step, kind, refused) => {
  expect(advance(remediationAt(step), events[kind], at)).toEqual({ refused });
});

describe('an approval', () => {
  const refusalOf = (changes: Partial<Remediation>, event: RemediationEvent = approve, when = at) => {
    const outcomeOf = advance({ ...remediationAt('proposed'), ...changes }, event, when);
    return 'refused' in outcomeOf ? outcomeOf.refused : undefined;
  };
  const none: Preview = { kind: 'none', at: 1, why: 'it is so already' };
  const refused: Preview = { kind: 'refused', at: 1, why: 'forbidden' };

  test('counts until the proposal expires', () => {
    expect(refusalOf({ expiresAt: at })).toBeUndefined();
    expect(refusalOf({ expiresAt: at - 1 })).toBe('expired');
  });

  test('is of a dry run that shows a change', () => {
    expect(refusalOf({ preview: undefined })).toBe('no-preview');
    expect(refusalOf({ preview: none })).toBe('nothing-to-approve');
    expect(refusalOf({ preview: refused })).toBe('nothing-to-approve');
  });

  test('is of what the person saw', () => {
    expect(refusalOf({ preview: { ...preview, basis: 'other' } })).toBe('preview-changed');
  });

  test('by two takes two people', () => {
    const two = { ...approve, needed: 2 };
    const first = advance(remediationAt('proposed'), two, at);
    if ('refused' in first) throw new Error(first.refused);
    expect(first.next).toMatchObject({ state: { step: 'proposed' }, approvals: [{ by: ben, at }] });
    expect(advance(first.next, two, at)).toEqual({ refused: 'approved-by-you' });
    expect(advance(first.next, { ...two, by: carol }, at)).toMatchObject({
      next: { state: { step: 'approved' }, approvals: [{ by: ben }, { by: carol }] },
    });
  });

  test('is of what was shown: another change takes it away, the same shown again does not', () => {
    const first = advance(remediationAt('proposed'), { ...approve, needed: 2 }, at);
    if ('refused' in first) throw new Error(first.refused);
    const again = (shown: Preview) => {
      const outcomeOf = advance(first.next, { kind: 'previewed', preview: shown }, at);
      return 'next' in outcomeOf ? outcomeOf.next.approvals.length : outcomeOf.refused;
    };
    expect(again({ ...preview, at: 700 })).toBe(1);
    expect(again({ ...preview, basis: 'other' })).toBe(0);
    expect(again({ ...preview, diff: '+c' })).toBe(0);
    expect(again(refused)).toBe(0);
  });

  test('of a change of objects that changed meanwhile has to be given anew', () => {
    const outcomeOf = advance(remediationAt('approved'), events.outdated, at);
    expect(outcomeOf).toMatchObject({
      next: { state: { step: 'proposed', note: 'it changed' }, approvals: [], preview: { basis: 'other' } },
    });
  });

  test('says once and for all whether to take it back unless it helps', () => {
    const wants = { ...approve, needed: 2, undoUnlessBetter: true };
    const first = advance(remediationAt('proposed'), wants, at);
    if ('refused' in first) throw new Error(first.refused);
    const second = advance(first.next, { ...approve, by: carol, needed: 2 }, at);
    expect(second).toMatchObject({ next: { undoUnlessBetter: true } });
    const other: RemediationEvent = { kind: 'previewed', preview: { ...preview, basis: 'other' } };
    expect(advance(first.next, other, at)).toMatchObject({ next: { undoUnlessBetter: false } });
  });
});

test('what cannot be undone is not', () => {
  for (const step of ['applied', 'verified', 'unknown'] as const) {
    const done = remediationAt(step, lastingChange);
    expect(isUndoable(done)).toBe(false);
    expect(isUndoable(remediationAt(step))).toBe(true);
    expect(advance(done, events.undo, at)).toEqual({ refused: 'cannot-be-undone' });
  }
});

test('a write that was thought to have failed, and arrived, is applied after all', () => {
  const failed = advance(remediationAt('applying'), events.fail, at);
  if ('refused' in failed) throw new Error(failed.refused);
  expect(failed.next.state).toMatchObject({ step: 'failed', tried: { change } });
  expect(advance(failed.next, events.applied, at)).toMatchObject({
    next: { state: { step: 'applied', change } },
  });
});

test('an undo remembers what was changed and what came of it', () => {
  const undoing = advance(remediationAt('verified'), events.undo, at);
  expect(undoing).toMatchObject({ next: { state: { step: 'undoing', by: carol, change, outcome } } });
});

test('everything that happens is in the trail, but the same preview again', () => {
  const first = remediationAt('proposed');
  const approved = advance(first, approve, 600);
  expect(approved).toMatchObject({
    next: { trail: [...first.trail, { at: 600, who: ben, what: 'approved' }] },
  });
  const failed = advance(remediationAt('approved'), events.fail, 600);
  expect(failed).toMatchObject({ next: { trail: [{}, { what: 'failed', why: 'forbidden' }] } });
  const verified = advance(remediationAt('applied'), events.verified, 600);
  expect(verified).toMatchObject({ next: { trail: [{}, { what: 'verified', why: 'fixed: all is well' }] } });
  expect(advance(first, events.previewed, 600)).toMatchObject({ next: { trail: first.trail } });
});

test('nothing more comes of what is over', () => {
  expect(stepNames.filter((step) => !isSettled(remediationAt(step)))).toEqual([
    'proposed',
    'approved',
    'applying',
    'applied',
    'undoing',
  ]);
});

describe('what was looked at is taken back by itself', () => {
  const verified = remediationAt('verified');
  const trial = { seconds: 60, expected: [] };
  const of = (kind: Outcome['kind'], changes: Partial<Remediation> = {}): Remediation => {
    const { state } = verified;
    if (state.step !== 'verified') throw new Error(state.step);
    return { ...verified, state: { ...state, outcome: { ...outcome, kind } }, ...changes };
  };
  const undo = { undoUnlessBetter: true };

  test.each<[string, Remediation, boolean]>([
    ['not unless somebody wanted it', of('worse'), false],
    ['where it is worse', of('worse', undo), true],
    ['where it is no better', of('unchanged', undo), true],
    ['where nobody can tell', of('cannot-tell', undo), true],
    ['not where it is better', of('better', undo), false],
    ['not where it is fixed', of('fixed', undo), false],
    ['as a trial, whatever came of it', of('fixed', { proposal: { ...verified.proposal, trial } }), true],
    ['not where that cannot be done', { ...remediationAt('verified', lastingChange), ...undo }, false],
    ['not before it was looked at', { ...remediationAt('applied'), ...undo }, false],
  ])('%s', (_name, remediation, expected) => {
    expect(takesItselfBack(remediation)).toBe(expected);
    if (remediation.state.step === 'verified') expect(isSettled(remediation)).toBe(!expected);
  });
});
