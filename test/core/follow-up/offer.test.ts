import { expect, test } from '@jest/globals';
import { notYetOffered, stillOffered } from '../../../core/follow-up/offer.ts';
import type { Proposal } from '../../../core/remediation/proposal.ts';
import { proposal, remediationAt, stepNames } from '../remediation/remediations.ts';

const trial = { seconds: 600, expected: [] };

test.each<[string, Partial<Proposal>, 'offered' | 'new']>([
  ['the same change, under another id and for newer reasons', { id: 'later', why: 'As before.' }, 'offered'],
  ['other params', { params: { selector: 'app=other' } }, 'new'],
  ['the same change as a trial', { trial }, 'new'],
  ['another cause', { cause: 'another' }, 'new'],
  ['another Service', { service: 'another' }, 'new'],
])('%s', (_name, changes, expected) => {
  const later = { ...proposal, ...changes };
  expect(notYetOffered([later], [proposal])).toEqual(expected === 'new' ? [later] : []);
});

test('what somebody decided on stays offered, but not what was withdrawn', () => {
  const steps = stepNames.filter((step) => stillOffered([remediationAt(step)], 0).length > 0);
  expect(steps).toEqual(stepNames.filter((step) => step !== 'withdrawn'));
});

test('what nobody approved in time is offered no more; what was approved is', () => {
  const expiresAt = 1000;
  const [open, approved] = (['proposed', 'approved'] as const).map((step) => ({
    ...remediationAt(step),
    expiresAt,
  }));
  if (open === undefined || approved === undefined) throw new Error('no remediation');
  expect(stillOffered([open], expiresAt - 1)).toEqual([proposal]);
  expect(stillOffered([open, approved], expiresAt)).toEqual([proposal]);
});
