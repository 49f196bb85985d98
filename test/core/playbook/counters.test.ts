import { expect, test } from '@jest/globals';
import { decide } from '../../../core/decide.ts';
import { unavailable } from '../../../core/evidence.ts';
import { parseCause, type Cause } from '../../../core/playbook/cause.ts';
import { formatProblem } from '../../../core/playbook/problem.ts';
import { context } from '../../support/causes.ts';

const whole = `---
id: full
title: The application does not take its connections
---

## Evidence

### \`kernel\` What the kernel of the pod counted

\`\`\`yaml probe
probe: counters
from: [target-pod]
seconds: 60
\`\`\`

## Eliminated when

\`\`\`cel
kernel.TcpExt_ListenOverflows == 0.0
\`\`\`

No connection was refused in {kernel.seconds | seconds}.

## Confirmed when

\`\`\`cel
kernel.TcpExt_ListenOverflows / kernel.seconds > 1.0
\`\`\`

{kernel.TcpExt_ListenOverflows | count} connections were refused in {kernel.seconds | seconds}.

## Otherwise

{kernel.TcpExt_ListenOverflows | count} connections were refused.

## Cases

\`\`\`yaml
- name: many
  given: { kernel: { TcpExt_ListenOverflows: 1200, seconds: 60 } }
  expect: confirmed
- name: nobody may probe
  given: { kernel: { unavailable: not-enabled } }
  expect: unchecked
\`\`\`
`;

function read(source: string): { cause?: Cause; said: string[] } {
  const parsed = parseCause(source, 'causes/full.md');
  return 'cause' in parsed ? { cause: parsed.cause, said: [] } : { said: parsed.problems.map(formatProblem) };
}

test.each([
  [{ TcpExt_ListenOverflows: 1200, seconds: 60 }, 'confirmed', '1,200 connections were refused in 60 s.'],
  [{ TcpExt_ListenOverflows: 0, seconds: 60 }, 'eliminated', 'No connection was refused in 60 s.'],
  [{ TcpExt_ListenOverflows: 3, seconds: 60 }, 'standing', '3 connections were refused.'],
  // A kernel that does not count this.
  [{ seconds: 60 }, 'unchecked', 'No such key: TcpExt_ListenOverflows'],
])('%j: %s', (facts, status, reason) => {
  const { cause, said } = read(whole);
  expect(said).toEqual([]);
  if (cause === undefined) return;
  const found = new Map([['kernel', { status: 'observed' as const, samples: 1, facts }]]);
  expect(decide(cause, found, context)).toMatchObject({ status, reason });
});

test('that could not be read leave the cause unchecked', () => {
  const { cause } = read(whole);
  const off = new Map([['kernel', unavailable('not-enabled', 'no containers may be added')]]);
  expect(cause && decide(cause, off, context)).toMatchObject({
    status: 'unchecked',
    reason: 'no containers may be added',
  });
  expect(cause?.cases.map(({ given }) => given.get('kernel'))).toEqual([
    { status: 'observed', samples: 1, facts: { TcpExt_ListenOverflows: 1200, seconds: 60 } },
    unavailable('not-enabled', 'kernel could not be looked at'),
  ]);
});

const given = 'given: { kernel: { TcpExt_ListenOverflows: 1200, seconds: 60 } }';
test.each([
  [
    'a fact that it does not find, in a rule',
    'kernel.TcpExt_ListenOverflows == 0.0',
    'kernel.TcpExt_Overflows == 0.0',
    /^19:8 Unexpected fact TcpExt_Overflows, expected one of TcpExt_TCPSynRetrans, /,
  ],
  [
    'a place',
    'kernel.TcpExt_ListenOverflows == 0.0',
    'kernel.from("pod").failed == 0.0',
    /^19:1 Unexpected kernel as a whole/,
  ],
  [
    'a second place',
    '[target-pod]',
    '[target-pod, node]',
    /^12:20 Unexpected second place node, expected one/,
  ],
  [
    'a fact that it does not find, in a case',
    given,
    'given: { kernel: { TcpExt_Overflows: 1 } }',
    /^40:12 Unexpected kernel\.TcpExt_Overflows, expected one of TcpExt_TCPSynRetrans, /,
  ],
  [
    'a number',
    given,
    'given: { kernel: 1200 }',
    /^40:12 Unexpected series of kernel, expected the facts of the probe counters$/,
  ],
  [
    'attempts',
    given,
    'attempts: { kernel: [{ from: target-pod, times: 1, seconds: 1 }] }',
    /^40:15 Unexpected attempts of kernel, expected its facts under given$/,
  ],
])('what cannot be: %s', (_, from, to, problem) => {
  const { said } = read(whole.replace(from, to));
  expect(said.map((one) => one.replace('causes/full.md:', ''))).toEqual([expect.stringMatching(problem)]);
});
