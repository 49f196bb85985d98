import { describe, expect, test } from '@jest/globals';
import { proposalMessage } from '../../../bot/views/proposal.ts';
import { refusalText } from '../../../bot/views/proposal-status.ts';
import type { Remediation } from '../../../core/remediation/state.ts';
import { change, remediationAt, stepNames } from '../../core/remediation/remediations.ts';
import { wordsOf } from '../words.ts';

const around = { silent: false, cluster: 'eu' };

test('a notification goes on after a reason that is a sentence', () => {
  const withdrawn = {
    ...remediationAt('withdrawn'),
    state: { step: 'withdrawn', why: 'The alert is resolved.' },
  } as const;
  const { text } = proposalMessage(withdrawn, { whoMay: '', ...around });
  expect(text).toMatch(/^Withdrawn, nothing was changed: The alert is resolved: \w/);
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
