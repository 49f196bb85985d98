import { describe, expect, test } from '@jest/globals';
import type { Decision } from '../../../core/decide.ts';
import type { Compared } from '../../../core/remediation/outcome.ts';
import { armsOf, trialEvidence, withTrial, type TrialArms } from '../../../core/remediation/trial.ts';

const arms = (before: number, treated: number, after: number, of = 600): TrialArms => ({
  title: 'Handshakes: from the pod',
  before: { failed: before, of },
  treated: { failed: treated, of },
  after: { failed: after, of },
});
const standing: Decision = { status: 'standing', reason: 'It may be.' };
const unchecked: Decision = { status: 'unchecked', reason: 'Not looked at.' };
const confirmed: Decision = { status: 'confirmed', reason: 'It is.', culprit: 'pod a' };
const eliminated: Decision = { status: 'eliminated', reason: 'It is not.' };

describe('a trial', () => {
  test.each<[string, TrialArms, Decision, Decision['status']]>([
    ['failures went away and came back', arms(24, 0, 19), standing, 'confirmed'],
    ['failures went away and came back', arms(24, 0, 19), unchecked, 'confirmed'],
    ['failures went away and came back', arms(24, 0, 19), confirmed, 'confirmed'],
    ['failures went away and came back', arms(24, 0, 19), eliminated, 'conflict'],
    ['failures went away and stayed away, which may be chance', arms(24, 0, 0), standing, 'standing'],
    ['as many failed', arms(60, 61, 58), standing, 'eliminated'],
    ['as many failed', arms(60, 61, 58), confirmed, 'conflict'],
    ['as many failed', arms(60, 61, 58), eliminated, 'eliminated'],
    ['too few failed to tell', arms(2, 0, 1), standing, 'standing'],
    ['none failed at all', arms(0, 0, 0), standing, 'standing'],
    ['more failed', arms(10, 80, 12), standing, 'eliminated'],
  ])('in which %s: %j', (_name, seen, decision, status) => {
    expect(withTrial(decision, trialEvidence('x', seen)).status).toBe(status);
  });

  test('says its numbers', () => {
    expect(withTrial(standing, trialEvidence('x', arms(24, 0, 19))).reason).toBe(
      'In a trial 0 of 600 failed or were late; without it 24 of 600 before and 19 of 600 after.',
    );
    expect(withTrial(confirmed, trialEvidence('x', arms(24, 0, 19)))).toEqual({
      ...confirmed,
      reason: expect.stringMatching(/^It is\. In a trial 0 of 600/),
    });
  });

  test('that nobody made, or that could not be seen, changes nothing', () => {
    expect(withTrial(standing, undefined)).toBe(standing);
    const { request, tookMs } = trialEvidence('x', arms(24, 0, 19));
    const why = { reason: 'no-data', detail: '' } as const;
    expect(withTrial(standing, { request, tookMs, observation: { status: 'unavailable', why } })).toBe(
      standing,
    );
    expect(
      withTrial(standing, { request, tookMs, observation: { status: 'observed', samples: 0, facts: {} } }),
    ).toBe(standing);
  });
});

describe('the arms of a trial', () => {
  const compared = (from: string, before: number, after: number): Compared => ({
    kind: 'attempts',
    title: 'Handshakes',
    from,
    before: { failed: before, of: 600 },
    after: { failed: after, of: 600 },
  });

  test('are those of the place that failed most', () => {
    expect(
      armsOf(
        [compared('the worker', 0, 0), compared('the pod', 24, 0)],
        [compared('the pod', 0, 19), compared('the worker', 0, 0)],
      ),
    ).toEqual(arms(24, 0, 19));
  });

  test('are none where no place was measured all three times', () => {
    expect(armsOf([compared('the pod', 24, 0)], [compared('the worker', 0, 0)])).toBeUndefined();
    expect(armsOf([], [])).toBeUndefined();
  });
});
