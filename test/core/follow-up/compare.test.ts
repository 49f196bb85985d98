import { describe, expect, test } from '@jest/globals';
import type { Evidence } from '../../../core/evidence.ts';
import { leftUnproven, worthAnotherLook } from '../../../core/follow-up/again.ts';
import { compareReports, compareSamples } from '../../../core/follow-up/compare.ts';
import type { Report } from '../../../core/report.ts';
import type { Verdict, VerdictStatus } from '../../../core/verdict.ts';
import { report } from '../../bot/reports.ts';
import { attempts, evidenceOf, observedAttempts, observedValue, partlySeen } from '../../support/evidence.ts';

function verdict(cause: string, status: VerdictStatus, ...evidence: string[]): Verdict {
  return { cause, title: `Title of ${cause}`, status, reason: `${cause} is ${status}.`, evidence };
}

function reportOf(...hypotheses: Verdict[]): Report {
  return report('a', { hypotheses });
}

function tcp(id: string, first = 0): Evidence['request'] {
  const from: ('pod' | 'worker')[] = ['pod', 'worker'];
  return { source: 'probe', id, title: 'Connects', probe: 'tcp', params: {}, from, attempts: 10, first };
}

function byId(...all: readonly Evidence[]): ReadonlyMap<string, Evidence> {
  return new Map(all.map((one) => [one.request.id, one]));
}

const metric: Evidence['request'] = {
  source: 'promql',
  id: 'a/m',
  title: 'm',
  query: 'm',
  window: { from: 0, to: 1 },
  unit: 'number',
};

describe('what is worth another look', () => {
  test('what is not ruled out, whatever else it is', () => {
    const all = (['confirmed', 'eliminated', 'standing', 'unchecked', 'conflict'] as const).map((status) =>
      verdict(status, status),
    );
    expect(worthAnotherLook(reportOf(...all))).toEqual(['confirmed', 'standing', 'unchecked', 'conflict']);
  });

  test('everything, where all is ruled out', () => {
    expect(worthAnotherLook(reportOf(verdict('a', 'eliminated'), verdict('b', 'eliminated')))).toEqual([
      'a',
      'b',
    ]);
  });
});

describe('what more samples may settle', () => {
  const tried = evidenceOf(tcp('a/p'), observedAttempts(attempts(10)));
  test.each<[string, VerdictStatus, Evidence, string[]]>([
    ['open although it was tried', 'standing', tried, ['a']],
    ['contradictory although it was tried', 'conflict', tried, ['a']],
    ['not checked although it was tried', 'unchecked', tried, ['a']],
    ['proven', 'confirmed', tried, []],
    ['ruled out', 'eliminated', tried, []],
    ['open by metrics alone', 'standing', evidenceOf({ ...metric, id: 'a/p' }, observedValue(1)), []],
    ['open as nothing could be tried', 'standing', evidenceOf(tcp('a/p'), observedAttempts()), []],
  ])('%s', (_, status, evidence, causes) => {
    expect(leftUnproven(reportOf(verdict('a', status, 'a/p')), byId(evidence))).toEqual(causes);
  });
});

describe('two reports', () => {
  test('say of each cause what it was and is, those first that changed', () => {
    const before = [
      verdict('same', 'standing'),
      verdict('not-asked', 'confirmed'),
      verdict('gone', 'confirmed'),
    ];
    const now = [verdict('same', 'standing'), verdict('gone', 'eliminated')];
    const compared = compareReports(
      reportOf(...before, verdict('no-playbook', 'unchecked')),
      reportOf(...now),
      ['same', 'gone', 'no-playbook'],
    );
    expect(compared.map((one) => [one.before.cause, one.before.status, one.now?.status])).toEqual([
      ['gone', 'confirmed', 'eliminated'],
      ['no-playbook', 'unchecked', undefined],
      ['same', 'standing', 'standing'],
    ]);
  });

  test('say what each arm came to, over all askings', () => {
    const before = byId(
      evidenceOf(tcp('a/p'), observedAttempts(attempts(10, { failed: 1 }))),
      evidenceOf(tcp('a/p#2', 10), observedAttempts(attempts(20, { failed: 2, first: 10 }))),
    );
    const now = byId(
      evidenceOf(tcp('a/p'), observedAttempts(attempts(40, { failed: 3 }), attempts(40, { from: 'worker' }))),
      evidenceOf(tcp('a/p#2', 40), partlySeen(attempts(60, { first: 40 }), ['worker', 'timed-out', 'late'])),
      evidenceOf(metric, observedValue(1)),
    );
    expect(compareSamples(before, now)).toEqual([
      {
        title: 'Connects',
        from: "a pod on the target's node",
        before: { failed: 3, of: 30 },
        now: { failed: 3, of: 100 },
      },
      { title: 'Connects', from: 'the worker', before: undefined, now: { failed: 0, of: 40 } },
    ]);
  });

  test('know a shared probe again that another cause asks for now', () => {
    const udp = { ...tcp('a/other'), params: { port: '53' } };
    const before = byId(
      evidenceOf(udp, observedAttempts(attempts(10, { failed: 9 }))),
      evidenceOf(tcp('a/p'), observedAttempts(attempts(10, { failed: 1 }))),
      evidenceOf(tcp('a/p#2', 10), observedAttempts(attempts(20, { failed: 2, first: 10 }))),
    );
    const more = { ...tcp('b/q'), attempts: 40 };
    const now = byId(evidenceOf(more, observedAttempts(attempts(40, { failed: 3 }))));
    expect(compareSamples(before, now)).toMatchObject([
      { before: { failed: 3, of: 30 }, now: { failed: 3, of: 40 } },
    ]);
  });

  test('say nothing of probes that could not be made', () => {
    const lost = evidenceOf(tcp('a/p'), { status: 'unavailable', why: { reason: 'crashed', detail: 'x' } });
    expect(compareSamples(byId(lost), byId(lost))).toEqual([]);
  });
});
