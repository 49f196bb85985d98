import { expect, test } from '@jest/globals';
import { costOf, probeBudgetSeconds } from '../../core/cost.ts';
import { mostAttempts, probes } from '../../core/probes.ts';

/** What makes a probe longest, of what its parameters may be. */
const longest = { waits: '280', seconds: '120' };

test.each(Object.keys(probes).flatMap((probe) => [[probe, 0] as const, [probe, 1] as const]))(
  'a probe %s fits into the time that all have, however long a playbook makes it, after %i attempts',
  (probe, first) => {
    const { seconds } = costOf({
      source: 'probe',
      probe,
      params: longest,
      from: ['worker'],
      attempts: mostAttempts,
      first,
    });
    expect(seconds).toBeLessThanOrEqual(probeBudgetSeconds);
  },
);

test.each([
  ['waits', '281'],
  ['seconds', '121'],
])('and %s cannot be %s', (name, value) => {
  const schemas = Object.values(probes)
    .flatMap(({ params }) => Object.entries(params))
    .filter(([one]) => one === name);
  expect(schemas.map(([, schema]) => schema.safeParse(value).success)).toEqual([false]);
});
