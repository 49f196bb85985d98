import { describe, expect, test } from '@jest/globals';
import { proposalMessage } from '../../../bot/views/proposal.ts';
import { refusalText, sayProposalStatus } from '../../../bot/views/proposal-status.ts';
import type { Outcome } from '../../../core/remediation/outcome.ts';
import type { Remediation, RemediationStep } from '../../../core/remediation/state.ts';
import { change, outcome, remediationAt, stepNames } from '../../core/remediation/remediations.ts';
import { wordsOf } from '../words.ts';

/* What the thread says of a change at each step: it must be true, and enough to decide on. */

const around = { silent: false, cluster: 'eu' };
const approved = 'Approved by ben at 00:00 UTC, ';
const lines: Readonly<Record<RemediationStep['step'], string | undefined>> = {
  proposed: undefined,
  dismissed: 'Dismissed by ben',
  withdrawn: 'Withdrawn, nothing was changed: forbidden',
  approved: `${approved}not applied yet`,
  applying: `${approved}applying`,
  applied: `${approved}applied at 00:00 UTC, checking again`,
  verified: `${approved}applied: fixed: all is well`,
  failed: `${approved}nothing was changed: forbidden`,
  unknown: `${approved}not all of it is certain to be done. Look at the objects: no answer`,
  undoing: 'Being taken back for carol',
  undone: 'Taken back for carol, as it was fixed: what was changed has its old values',
  'undo-failed': 'Could not be taken back for carol: no answer',
};

test.each(stepNames)('%s', (step) => {
  expect(sayProposalStatus(remediationAt(step), around)).toBe(lines[step]);
});

test.each<[Outcome['kind'], string]>([
  ['fixed', 'fixed'],
  ['better', 'better, not fixed'],
  ['unchanged', 'no better'],
  ['worse', 'worse'],
  ['cannot-tell', 'cannot tell whether it helped'],
])('verified as %s', (kind, said) => {
  const state: RemediationStep = {
    step: 'verified',
    change,
    diff: '',
    at: 0,
    outcome: { ...outcome, kind, reason: 'why.' },
  };
  expect(sayProposalStatus({ ...remediationAt('verified'), state }, around)).toBe(
    `${approved}applied: ${said}: why.`,
  );
});

test('where nobody carries it out that is said', () => {
  expect(sayProposalStatus(remediationAt('approved'), { ...around, silent: true })).toBe(
    `${approved}not applied yet, but no remediator of cluster eu answers`,
  );
});

describe('buttons', () => {
  const buttonsAt = (remediation: Remediation): string[] =>
    proposalMessage(remediation, { whoMay: 'Anyone may approve', ...around })
      .blocks.filter(({ type }) => type === 'actions')
      .flatMap((block) => (block as { elements: { text: { text: string } }[] }).elements)
      .map(({ text }) => text.text);
  const undoable = ['applied', 'verified', 'unknown', 'undo-failed'];

  test.each(stepNames)('are there while a click would count: %s', (step) => {
    const expected =
      step === 'proposed'
        ? ['Preview', 'Approve', 'Approve, undo unless better', 'Dismiss']
        : undoable.includes(step)
          ? ['Undo']
          : [];
    expect(buttonsAt(remediationAt(step))).toEqual(expected);
  });

  test('approve nothing without a dry run that shows a change', () => {
    for (const preview of [
      { kind: 'none', at: 1, why: 'it is so already' },
      { kind: 'refused', at: 1, why: 'services "cart" is forbidden' },
    ] as const) {
      const remediation = { ...remediationAt('proposed'), preview };
      expect(buttonsAt(remediation)).toEqual(['Preview', 'Dismiss']);
      expect(wordsOf(proposalMessage(remediation, { whoMay: '', ...around }))).toContain(preview.why);
    }
  });

  test('undo nothing that cannot be undone', () => {
    const lasting = { ...change, lasting: 'the pods are new' };
    for (const step of ['applied', 'verified'] as const)
      expect(buttonsAt(remediationAt(step, lasting))).toEqual([]);
  });
});

test('each refusal is a sentence of its own', () => {
  const refusals = [
    ...(['unknown', 'not-allowed', 'own-request', 'cannot-tell', 'expired', 'no-preview'] as const),
    ...(['nothing-to-approve', 'preview-changed', 'approved-by-you', 'already-dismissed'] as const),
    ...(['withdrawn', 'already-approved', 'already-done', 'already-undone'] as const),
    ...(['cannot-be-undone', 'not-applied'] as const),
  ];
  const said = refusals.map((refusal) => refusalText(refusal, remediationAt('verified')));
  expect(new Set(said).size).toBe(refusals.length);
  for (const sentence of said) expect(sentence).toMatch(/^[A-Zn].*\.$/);
});
