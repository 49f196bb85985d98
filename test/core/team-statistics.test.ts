import { describe, expect, test } from '@jest/globals';
import { sayStatistics } from '../../core/say-statistics.ts';
import { findingOf, teamStatistics, type Finding } from '../../core/team-statistics.ts';
import type { Progress } from '../../core/progress.ts';
import type { Outcome } from '../../core/remediation/outcome.ts';
import { netcheck, type Remediation, type RemediationStep } from '../../core/remediation/state.ts';
import { evidence, gathering, proposal, report, verdicts } from '../bot/reports.ts';
import { change } from './remediation/remediations.ts';

const found: Progress = { phase: 'ended', report: report('i') };
const ended = (
  kind: 'narrowed' | 'inconclusive' | 'not-the-network',
  causes: readonly string[] = [],
): Progress => ({
  phase: 'ended',
  report: report('i', { conclusion: { kind, causes: [...causes], alsoFound: [], summary: '' } }),
});

const changed = { change, diff: '', at: 2 };
const outcomeOf = (kind: Outcome['kind']): Outcome => ({ kind, reason: '', compared: [], sideEffects: [] });

function remediation(state: RemediationStep, changes: Partial<Remediation> = {}): Remediation {
  const applied = state.step !== 'proposed' && state.step !== 'failed';
  return {
    proposal,
    investigation: 'i',
    requester: netcheck,
    expiresAt: 1,
    revision: 0,
    approvals: [],
    undoUnlessBetter: false,
    state,
    trail: applied ? [{ at: 2, who: netcheck, what: 'applied' }] : [],
    ...changes,
  };
}

describe('a finding', () => {
  test.each<[string, Progress | undefined, Finding['end'], readonly string[]]>([
    ['nobody has taken', undefined, 'open', []],
    ['is queued', { phase: 'queued' }, 'open', []],
    ['is under way', gathering('i'), 'open', []],
    ['found a cause', found, 'cause-found', [verdicts.snat.title]],
    [
      'found another than the network',
      ended('not-the-network', ['snat-port-race']),
      'not-the-network',
      [verdicts.snat.title],
    ],
    ['ruled the network out', ended('not-the-network'), 'not-the-network', []],
    ['narrowed it down', ended('narrowed', ['snat-port-race']), 'narrowed', []],
    ['proved nothing', ended('inconclusive'), 'inconclusive', []],
    ['failed', { phase: 'failed', why: 'x' }, 'failed', []],
    ['was cancelled', { phase: 'cancelled' }, 'cancelled', []],
    ['found no Service', { phase: 'not-found', nearest: [] }, 'not-found', []],
    ['found several Services', { phase: 'which', candidates: [] }, 'which', []],
  ])('of one that %s', (_, progress, end, causes) => {
    const finding = findingOf('alert', progress, []);
    expect(finding).toMatchObject({ trigger: 'alert', end, causes, changes: [] });
    expect(finding.totalMs).toBe(progress?.phase === 'ended' ? 2100 : undefined);
  });

  test('counts what could not be looked at once, however many looks it was', () => {
    const twice = report('i', {
      evidence: [evidence.policies, { ...evidence.policies, id: 'another' }, evidence.drops],
    });
    expect(findingOf(undefined, { phase: 'ended', report: twice }, [])).toMatchObject({
      trigger: 'other',
      blind: [{ what: 'policies', reason: 'forbidden' }],
    });
  });

  test.each<[string, Remediation, Finding['changes']]>([
    ['only proposed', remediation({ step: 'proposed' }), []],
    ['failed', remediation({ step: 'failed', why: '' }), []],
    [
      'just applied',
      remediation({ step: 'applied', ...changed }),
      [{ outcome: 'not-known-yet', isUndone: false }],
    ],
    [
      'applied and verified',
      remediation({ step: 'verified', ...changed, outcome: outcomeOf('fixed') }),
      [{ outcome: 'fixed', isUndone: false }],
    ],
    [
      'taken back',
      remediation({ step: 'undone', ...changed, by: netcheck, outcome: outcomeOf('worse') }),
      [{ outcome: 'worse', isUndone: true }],
    ],
    [
      'a trial',
      remediation(
        { step: 'verified', ...changed, outcome: outcomeOf('better') },
        { proposal: { ...proposal, trial: { seconds: 60, expected: [] } } },
      ),
      [],
    ],
  ])('of a change that is %s', (_, one, changes) => {
    expect(findingOf('command', found, [one]).changes).toEqual(changes);
  });
});

function finding(changes: Partial<Finding> = {}): Finding {
  return { trigger: 'command', end: 'cause-found', causes: [], blind: [], changes: [], ...changes };
}
const noExporter = { what: 'metrics of node-exporter', reason: 'no-data', mend: 'is it there?' } as const;
const noRight = { what: 'pods', reason: 'forbidden', mend: 'let it' } as const;

describe('statistics', () => {
  test.each<[readonly number[], number, number]>([
    [[7], 7, 7],
    [[9, 1], 1, 9],
    [[5, 3, 1], 3, 5],
    [Array.from({ length: 100 }, (_, index) => 100 - index), 50, 95],
  ])('of times %j: half within %d, 95 %% within %d', (times, median, p95) => {
    const { timeToConclusion } = teamStatistics(times.map((totalMs) => finding({ totalMs })));
    expect(timeToConclusion).toEqual({ median, p95 });
  });

  test('of nothing are empty', () => {
    expect(teamStatistics([])).toEqual({
      investigations: 0,
      triggers: [],
      ends: [],
      causes: [],
      blind: [],
      changes: { made: 0, outcomes: [], undone: 0 },
    });
  });

  const some = [
    finding({ causes: ['B', 'A'], blind: [noExporter], totalMs: 1000 }),
    finding({
      causes: ['B'],
      trigger: 'alert',
      changes: [
        { outcome: 'fixed', isUndone: false },
        { outcome: 'worse', isUndone: true },
      ],
    }),
    finding({ end: 'narrowed', trigger: 'alert', blind: [noRight, noExporter] }),
    finding({ end: 'open', trigger: 'other' }),
  ];

  test('put the most frequent first, and equals in the order of the alphabet', () => {
    const { ends, triggers, causes, blind, changes } = teamStatistics(some);
    expect(triggers).toEqual([
      { name: 'alert', count: 2 },
      { name: 'command', count: 1 },
      { name: 'other', count: 1 },
    ]);
    expect(ends.map(({ name, count }) => `${name} ${count}`)).toEqual([
      'cause-found 2',
      'narrowed 1',
      'open 1',
    ]);
    expect(causes).toEqual([
      { name: 'B', count: 2 },
      { name: 'A', count: 1 },
    ]);
    expect(blind).toEqual([
      { ...noExporter, investigations: 2 },
      { ...noRight, investigations: 1 },
    ]);
    expect(changes).toEqual({
      made: 2,
      undone: 1,
      outcomes: [
        { name: 'fixed', count: 1 },
        { name: 'worse', count: 1 },
      ],
    });
  });

  test('are said on one screen', () => {
    const many = Array.from({ length: 40 }, (_, index) =>
      finding({ causes: [`C${index}`], blind: [{ ...noRight, what: `r${index}` }] }),
    );
    const said = sayStatistics(teamStatistics([...some, ...many]), (ms) => `${ms} ms`);
    expect(said.flatMap(({ lines }) => lines).length).toBeLessThanOrEqual(14);
    const [first, ...rest] = sayStatistics(teamStatistics(some), (ms) => `${ms} ms`);
    expect(first?.lines).toEqual([
      'Started: 2 by alert, 1 by command, 1 otherwise',
      'Ended: 2 cause found, 1 narrowed, 1 open',
      'To the conclusion: half within 1000 ms, 95 % within 1000 ms',
      'Changes: 2 applied, 1 fixed, 1 worse, 1 taken back',
    ]);
    expect(rest).toEqual([
      { title: 'Causes found most often', lines: ['2 × B', '1 × A'] },
      {
        title: 'Could not look most often',
        lines: ['2 × metrics of node-exporter, no data → is it there?', '1 × pods, forbidden → let it'],
      },
    ]);
  });
});
