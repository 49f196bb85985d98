import { expect, test } from '@jest/globals';
import type { Outcome } from '../../../core/remediation/outcome.ts';
import { sayProposalStatus } from '../../../core/remediation/say-status.ts';
import type { RemediationStep } from '../../../core/remediation/state.ts';
import { change, outcome, remediationAt, stepNames } from './remediations.ts';

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
