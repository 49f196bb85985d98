import { describe, expect, test } from '@jest/globals';
import {
  rankOf,
  refusalOf,
  Remediation,
  RemediationStep,
  type Refusal,
} from '../../core/remediation-state.ts';

const ana = { id: 'U1', name: 'ana' };
const ben = { id: 'U2', name: 'ben' };
const states = {
  proposed: { step: 'proposed' },
  dismissed: { step: 'dismissed', by: ben },
  approved: { step: 'approved', by: ben },
  applied: { step: 'applied', by: ben, diff: '' },
  verified: { step: 'verified', by: ben, diff: '', outcome: { kind: 'fixed', reason: 'all is well' } },
  failed: { step: 'failed', by: ben, why: 'refused' },
} as const satisfies Record<RemediationStep['step'], RemediationStep>;
type Step = keyof typeof states;

function at(step: Step): Remediation {
  return {
    proposal: {
      id: 'p1',
      cause: 'no-ready-endpoints',
      remediation: 'service-selector',
      namespace: 'shop',
      service: 'cart',
      params: { selector: 'app=cart' },
      summary: 'Select the pods.',
      risk: '',
      workedIf: '',
    },
    investigation: 'i1',
    requester: ana,
    expiresAt: 1000,
    state: states[step],
  };
}

test('the table below knows every step', () => {
  expect(Object.keys(states).sort()).toEqual(
    RemediationStep.options.map(({ shape }) => shape.step.value).sort(),
  );
  for (const step of Object.keys(states) as Step[]) {
    expect(Remediation.parse(at(step)).state).toEqual(states[step]);
  }
});

describe('a click', () => {
  test.each<[Step, 'approve' | 'dismiss', typeof ana, number, Refusal | undefined]>([
    ['proposed', 'approve', ben, 999, undefined],
    ['proposed', 'approve', ben, 1000, undefined],
    ['proposed', 'approve', ben, 1001, 'expired'],
    ['proposed', 'approve', ana, 999, 'own-request'],
    ['proposed', 'approve', ana, 1001, 'expired'],
    ['proposed', 'dismiss', ana, 999, undefined],
    ['proposed', 'dismiss', ben, 5000, undefined],
    ['dismissed', 'approve', ben, 999, 'already-dismissed'],
    ['dismissed', 'dismiss', ana, 999, 'already-dismissed'],
    ['approved', 'approve', ben, 999, 'already-approved'],
    ['approved', 'dismiss', ana, 5000, 'already-approved'],
    ['applied', 'approve', ben, 999, 'already-done'],
    ['applied', 'dismiss', ben, 999, 'already-done'],
    ['verified', 'approve', ben, 999, 'already-done'],
    ['failed', 'approve', ben, 999, 'already-done'],
    ['failed', 'dismiss', ana, 5000, 'already-done'],
  ])('%s: %s by %p at %i → %s', (step, action, by, now, refusal) => {
    expect(refusalOf(at(step), { action, by, now }, 'not-requester')).toBe(refusal);
  });

  test('by the requester counts where anyone may approve', () => {
    expect(refusalOf(at('proposed'), { action: 'approve', by: ana, now: 1 }, 'anyone')).toBeUndefined();
  });
});

test.each<[Step, Step]>([
  ['proposed', 'dismissed'],
  ['proposed', 'approved'],
  ['approved', 'applied'],
  ['approved', 'failed'],
  ['applied', 'verified'],
])('%s may become %s, never the other way round', (earlier, later) => {
  expect(rankOf(at(later))).toBeGreaterThan(rankOf(at(earlier)));
});

test('of approve and dismiss at once only one can win', () => {
  expect(rankOf(at('approved'))).toBe(rankOf(at('dismissed')));
});
