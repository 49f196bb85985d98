import { describe, expect, test } from '@jest/globals';
import { AttemptRow, attemptsOf } from '../../../core/playbook/attempt-notation.ts';

/** The attempts that some rows stand for, as a case or a story writes them. */
function attempts(...rows: readonly unknown[]): unknown[] {
  return attemptsOf(rows.map((row) => AttemptRow.parse(row)));
}

describe('a row of attempts', () => {
  test('is as many as it says, all of them ok', () => {
    expect(attempts({ from: 'pod', to: 'db:5432', times: 2, seconds: 0.02 })).toStrictEqual([
      { n: 0, from: 'pod', to: 'db:5432', ok: true, seconds: 0.02 },
      { n: 1, from: 'pod', to: 'db:5432', ok: true, seconds: 0.02 },
    ]);
  });

  test('that has an error failed', () => {
    expect(attempts({ from: 'pod', times: 1, seconds: 3, error: 'timeout' })).toStrictEqual([
      { n: 0, from: 'pod', to: 'the far end', ok: false, seconds: 3, error: 'timeout' },
    ]);
  });

  test('is labelled by whatever else it says, as texts', () => {
    expect(attempts({ from: 'node', times: 1, seconds: 0, backend: 'a', source_port: 32768 })).toStrictEqual([
      {
        n: 0,
        from: 'node',
        to: 'the far end',
        ok: true,
        seconds: 0,
        labels: { backend: 'a', source_port: '32768' },
      },
    ]);
  });

  test('goes through its list of seconds, again and again', () => {
    expect(attempts({ from: 'pod', times: 5, seconds: [0.1, 0.2] })).toMatchObject(
      [0.1, 0.2, 0.1, 0.2, 0.1].map((seconds) => ({ seconds })),
    );
  });

  test('goes on counting where the rows above of the same place end, whatever stands between', () => {
    const row = (from: string, times: number): unknown => ({ from, times, seconds: 0 });
    expect(attempts(row('pod', 2), row('node', 1), row('pod', 2), row('pod', 1))).toMatchObject([
      { from: 'pod', n: 0 },
      { from: 'pod', n: 1 },
      { from: 'node', n: 0 },
      { from: 'pod', n: 2 },
      { from: 'pod', n: 3 },
      { from: 'pod', n: 4 },
    ]);
  });
});

test.each([
  ['nowhere', { from: 'moon' }],
  ['never', { times: 0 }],
  ['half a time', { times: 1.5 }],
  ['more often than anybody wants', { times: 20_001 }],
  ['faster than at once', { seconds: -1 }],
  ['at once or faster', { seconds: [0, -1] }],
  ['for no time at all', { seconds: [] }],
  ['labelled by a list', { backend: ['a'] }],
])('attempts %s are none', (_, part) => {
  expect(AttemptRow.safeParse({ from: 'pod', times: 1, seconds: 0, ...part }).success).toBe(false);
});
