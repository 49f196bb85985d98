import { describe, expect, test } from '@jest/globals';
import { lastErrorOf, partsOf, type Heartbeat } from '../../core/health.ts';

const now = Date.UTC(2026, 0, 1, 12);
const minute = 60_000;

function heartbeat(changes: Partial<Heartbeat> = {}): Heartbeat {
  return {
    process: 'p',
    role: 'worker',
    startedAt: now - 60 * minute,
    at: now - 5000,
    version: '1.0.0',
    prometheus: { since: now - 50 * minute },
    kubernetes: { since: now - 50 * minute },
    ...changes,
  };
}
const down = (minutes: number, why = 'it is not there') => ({ since: now - minutes * minute, why });
const ended = (minutes: number, changes: Partial<Heartbeat> = {}) =>
  heartbeat({ at: now - minutes * minute, ...changes });

/** `✓ worker`, `✗ Prometheus: it is not there` with how many minutes it is so. */
function said(heartbeats: readonly Heartbeat[], remediation: 'on' | 'off' = 'off'): string[] {
  return partsOf(heartbeats, { cluster: 'eu', remediation }, now).map(({ name, isWell, says, since }) =>
    [
      `${isWell ? '✓' : '✗'} ${name}`,
      ...(says === undefined ? [] : [`: ${says}`]),
      ...(since === undefined ? [] : [` (${(now - since) / minute})`]),
    ].join(''),
  );
}

const wellPrometheus = '✓ Prometheus (50)';
const wellKubernetes = '✓ Kubernetes API (50)';

describe('parts', () => {
  test.each<[string, readonly Heartbeat[], readonly string[]]>([
    ['all is well', [heartbeat()], ['✓ worker (60)', wellPrometheus, wellKubernetes]],
    [
      'workers are counted, the longest there first',
      [heartbeat(), heartbeat({ process: 'q', startedAt: now - 90 * minute })],
      ['✓ 2 workers (90)', wellPrometheus, wellKubernetes],
    ],
    [
      'one that was replaced does not count',
      [heartbeat(), ended(5, { process: 'q', prometheus: down(9) })],
      ['✓ worker (60)', wellPrometheus, wellKubernetes],
    ],
    [
      'silence for a minute is told, and what nobody can see is not',
      [ended(1)],
      ['✗ worker: no worker of cluster eu has said anything (1)'],
    ],
    [
      'the last of several counts',
      [ended(9), ended(4)],
      ['✗ worker: no worker of cluster eu has said anything (4)'],
    ],
    [
      'just under a minute is no silence',
      [ended(59 / 60)],
      ['✓ worker (60)', wellPrometheus, wellKubernetes],
    ],
    ['nobody was ever there', [], ['✗ worker: no worker of cluster eu has said anything in the last hour']],
    [
      'Prometheus is out of reach',
      [heartbeat({ prometheus: down(3) })],
      ['✓ worker (60)', '✗ Prometheus: it is not there (3)', wellKubernetes],
    ],
    [
      'of one process of two, with the reason that is older',
      [heartbeat({ kubernetes: down(3) }), heartbeat({ process: 'q' })],
      ['✓ 2 workers (60)', wellPrometheus, '✗ Kubernetes API: it is not there (1 of 2 processes) (3)'],
    ],
    [
      'of both, since the first',
      [heartbeat({ kubernetes: down(3, 'late') }), heartbeat({ process: 'q', kubernetes: down(7, 'early') })],
      ['✓ 2 workers (60)', wellPrometheus, '✗ Kubernetes API: early (7)'],
    ],
    [
      'two versions are at work',
      [heartbeat({ version: '2.0.0' }), heartbeat({ process: 'q' })],
      ['✓ 2 workers (60)', wellPrometheus, wellKubernetes, '✗ versions: several are at work: 1.0.0, 2.0.0'],
    ],
  ])('%s', (_, heartbeats, expected) => {
    expect(said(heartbeats)).toEqual(expected);
  });

  test('a remediator is missed only where changes are made', () => {
    const missing = '✗ remediator: no remediator of cluster eu has said anything in the last hour';
    const worker = heartbeat();
    expect(said([worker], 'on')).toEqual(['✓ worker (60)', missing, wellPrometheus, wellKubernetes]);
    const remediator = heartbeat({ role: 'remediator', process: 'r' });
    expect(said([worker, remediator], 'on')).toContain('✓ remediator (60)');
    expect(said([worker, remediator], 'off')).toEqual(['✓ worker (60)', wellPrometheus, wellKubernetes]);
  });
});

test('the last error is the latest of all, also of processes that ended; after a day it is no news', () => {
  const failed = (minutesAgo: number) => ({ at: now - minutesAgo * minute, why: 'it broke' });
  expect(lastErrorOf([heartbeat()], now)).toBeUndefined();
  const all = [heartbeat({ lastError: failed(20) }), heartbeat(), ended(10, { lastError: failed(15) })];
  expect(lastErrorOf(all, now)).toEqual(failed(15));
  expect(lastErrorOf([heartbeat({ lastError: failed(24 * 60) })], now)).toBeUndefined();
});
