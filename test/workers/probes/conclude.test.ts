import { describe, expect, it } from '@jest/globals';
import type { ProbeAttempt } from '../../../core/probe-task.ts';
import type { Placement } from '../../../core/probes.ts';
import { conclude, type Ran } from '../../../workers/probes/conclude.ts';

/** An arm of one attempt a second, from `begin` seconds on. */
function arm(from: Placement, begin: number, seconds: number, change: Partial<ProbeAttempt> = {}): Ran {
  const attempts = Array.from({ length: seconds + 1 }, (_, n) => ({
    type: 'attempt' as const,
    n,
    to: 'far:1',
    at: (begin + n) * 1000,
    ok: true,
    ms: 2,
    phases: {},
    sourcePort: 40_000 + n,
    labels: { backend: '10.0.0.1', timed: 'connect' },
    ...change,
  }));
  const summary = {
    type: 'summary',
    attempts: attempts.length,
    failed: 0,
    ended: 'complete',
    notes: [],
    facts: {},
  } as const;
  return { from, result: { attempts, summary: { ...summary, notes: [], facts: {} } } };
}

const counts = (arms: readonly Ran[]): unknown => {
  const observed = conclude('tcp', arms, []);
  if (observed.status === 'unavailable') return observed.why.detail;
  const { attempts = [] } = observed;
  return Object.fromEntries(
    arms.map(({ from }) => [from, attempts.filter((one) => one.from === from).length]),
  );
};

describe('arms are compared for the time that they ran side by side', () => {
  const apart = 'the arms did not run at the same time, so they cannot be compared';
  it.each<[string, readonly Ran[], unknown]>([
    ['one alone', [arm('pod', 0, 10)], { pod: 11 }],
    ['together', [arm('pod', 0, 10), arm('node', 0, 10)], { pod: 11, node: 11 }],
    [
      'one later: what was before and after is left out',
      [arm('pod', 0, 20), arm('node', 8, 20)],
      { pod: 14, node: 14 },
    ],
    ['one much later', [arm('pod', 0, 12), arm('node', 15, 12)], apart],
    ['less than half of the shorter', [arm('pod', 0, 20), arm('node', 15, 12)], apart],
    ['short ones a moment apart', [arm('pod', 0, 1), arm('node', 3, 1)], { pod: 2, node: 2 }],
    ['those of 4 s that share one', [arm('pod', 0, 4), arm('node', 3, 4)], { pod: 5, node: 5 }],
    [
      'a short one and a long one: what came long after it is left out',
      [arm('pod', 0, 1), arm('node', 2, 20)],
      { pod: 2, node: 4 },
    ],
    ['short ones far apart', [arm('pod', 0, 1), arm('node', 10, 1)], apart],
    [
      'one of three much later, as its image had to be pulled: the others',
      [arm('pod', 0, 12), arm('node', 1, 12), arm('target-pod', 15, 12)],
      { pod: 13, node: 13, 'target-pod': 0 },
    ],
    [
      'one of three much earlier, as the others had to be pulled',
      [arm('pod', 0, 12), arm('node', 15, 12), arm('target-pod', 16, 12)],
      { pod: 0, node: 13, 'target-pod': 13 },
    ],
    [
      'one node of two much later: the other one',
      [arm('pod', 0, 12), arm('node', 1, 12), arm('each-node', 1, 12), arm('each-node', 15, 12)],
      { pod: 13, node: 13, 'each-node': 13 },
    ],
    [
      'one node of two much later, and nobody else',
      [arm('each-node', 0, 12), arm('each-node', 15, 12)],
      apart,
    ],
    ['all three apart', [arm('pod', 0, 12), arm('node', 15, 12), arm('target-pod', 30, 12)], apart],
  ])('%s', (_, arms, expected) => {
    expect(counts(arms)).toEqual(expected);
  });
});

it('says which arm could not be compared with the others', () => {
  const arms = [arm('pod', 0, 12), arm('node', 1, 12), arm('target-pod', 15, 12)];
  const detail = 'it did not run at the same time as the others, so it cannot be compared with them';
  expect(conclude('tcp', arms, [])).toMatchObject({
    status: 'observed',
    unseen: [{ from: 'target-pod', why: { reason: 'rejected', detail } }],
  });
});

it('keeps the labels that the probe declares', () => {
  const observed = conclude('tcp', [arm('pod', 0, 0)], []);
  expect(observed).toEqual({
    status: 'observed',
    samples: 1,
    attempts: [
      {
        n: 0,
        from: 'pod',
        to: 'far:1',
        ok: true,
        seconds: 0.002,
        labels: { source_port: '40000', backend: '10.0.0.1' },
      },
    ],
  });
});

it('says on which node an attempt was made', () => {
  const observed = conclude(
    'tcp',
    ['a', 'b'].map((client) => ({ ...arm('each-node', 0, 0), client })),
    [],
  );
  expect(observed).toMatchObject({
    attempts: [
      { n: 0, labels: { client: 'a' } },
      { n: 0, labels: { client: 'b' } },
    ],
  });
});

describe('what sent nothing did not look', () => {
  it('an arm whose resolver does not answer', () => {
    const lost = arm('node', 0, 3, { ok: false, error: 'EAI_AGAIN' });
    expect(conclude('tcp', [arm('pod', 0, 3), lost], [])).toMatchObject({
      samples: 4,
      unseen: [
        {
          from: 'node',
          why: {
            reason: 'unreachable',
            detail: 'nothing could be sent from there: EAI_AGAIN, the name could not be looked up',
          },
        },
      ],
    });
  });

  it('nor does any arm', () => {
    const observed = conclude('tcp', [arm('node', 0, 3, { ok: false, error: 'ENOTFOUND' })], []);
    expect(observed).toMatchObject({ status: 'unavailable', why: { reason: 'unreachable' } });
  });

  it('a ladder climbs to the name, and that it leads nowhere is what it finds', () => {
    const observed = conclude('ladder', [arm('pod', 0, 3, { ok: false, error: 'ENOTFOUND' })], []);
    expect(observed).toMatchObject({ status: 'observed', samples: 4 });
  });
});

it('facts come by name', () => {
  const read = arm('target-pod', 0, 0);
  const facts = { TcpExt_TCPSynRetrans: 3, other: 1 };
  const result = { attempts: [], summary: { ...read.result.summary, facts } };
  expect(conclude('counters', [{ from: 'target-pod', result }], [])).toEqual({
    status: 'observed',
    samples: 1,
    facts: { TcpExt_TCPSynRetrans: 3 },
  });
});
