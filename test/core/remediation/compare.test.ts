import { describe, expect, test } from '@jest/globals';
import type { Attempt, Observation } from '../../../core/evidence.ts';
import { compareLooks, directionOf } from '../../../core/remediation/compare.ts';
import type { Compared } from '../../../core/remediation/outcome.ts';
import { shippedLibrary } from '../../support/playbooks.ts';

const cause = shippedLibrary().causes.get('mesh-sidecar-early-close');
if (cause === undefined) throw new Error('there is no such playbook');
const probe = cause.evidence.find(({ source }) => source === 'probe')?.name ?? '';

/** A cause that metrics prove, and the query that its proof reads. */
const byMetrics = shippedLibrary().causes.get('snat-port-race');
const query = byMetrics?.evidence.find(
  ({ name, source }) =>
    source === 'promql' && byMetrics.confirmedWhen.some(({ when }) => when.reads.includes(name)),
)?.name;

function attempts(failed: number, late: number, of: number): Observation {
  const made = Array.from({ length: of }, (_, n): Attempt => {
    const ok = n >= failed;
    const seconds = ok && n < failed + late ? 1.02 : 0.01;
    return { n, from: 'target-pod', to: 'a', ok, seconds, ...(!ok && { error: 'closed' }) };
  });
  return { status: 'observed', samples: of, attempts: made };
}
const unavailable: Observation = { status: 'unavailable', why: { reason: 'forbidden', detail: 'no' } };

describe('looks that were made before and after', () => {
  test('are compared arm by arm; what is late counts as what failed', () => {
    const compared = compareLooks(
      cause,
      new Map([[probe, attempts(30, 10, 1000)]]),
      new Map([[probe, attempts(0, 2, 1200)]]),
    );
    expect(compared).toEqual([
      {
        kind: 'attempts',
        title: expect.any(String),
        from: "the target's own pod",
        before: { failed: 40, of: 1000 },
        after: { failed: 2, of: 1200 },
      },
    ]);
  });

  test.each([
    ['before', new Map([[probe, unavailable]]), new Map([[probe, attempts(0, 0, 10)]])],
    ['after', new Map([[probe, attempts(0, 0, 10)]]), new Map([[probe, unavailable]])],
    ['at all', new Map(), new Map()],
  ])('are left out where one could not be made %s', (_when, then, now) => {
    expect(compareLooks(cause, then, now)).toEqual([]);
  });

  test('of numbers are compared by the highest', () => {
    if (byMetrics === undefined || query === undefined) throw new Error('no query proves it any more');
    const series = (...values: number[]): Observation => ({
      status: 'observed',
      samples: values.length,
      series: values.map((value, index) => ({ labels: { pod: String(index) }, points: [[1, value]] })),
    });
    expect(
      compareLooks(byMetrics, new Map([[query, series(1, 5)]]), new Map([[query, series(0, 0.5)]])),
    ).toMatchObject([{ kind: 'number', before: 5, after: 0.5 }]);
  });
});

test.each<[string, [number, number], [number, number], 'better' | 'worse' | 'same']>([
  ['gone', [41, 1000], [0, 1200], 'better'],
  ['fewer', [400, 1000], [100, 1000], 'better'],
  ['a few less, which is chance', [12, 1000], [9, 1000], 'same'],
  ['so few that nothing can be told', [1, 20], [0, 20], 'same'],
  ['more', [2, 1000], [60, 1000], 'worse'],
])('%s', (_name, [b, ofB], [a, ofA], direction) => {
  const compared: Compared[] = [
    {
      kind: 'attempts',
      title: '',
      from: 'pod',
      before: { failed: b, of: ofB },
      after: { failed: a, of: ofA },
    },
  ];
  expect(directionOf(compared)).toBe(direction);
});
