import { describe, expect, test } from '@jest/globals';
import { stripVTControlCharacters } from 'node:util';
import type { ArmOutcome } from '../../cli/probe/arms.ts';
import { sayOutcomes } from '../../cli/probe/report.ts';
import type { ProbeAttempt, ProbeFacts, ProberKind, ProbeTask } from '../../core/probe-task.ts';

const task: ProbeTask = {
  version: 1,
  kind: 'tcp',
  targets: [{ host: '10.0.0.1', port: 80 }],
  attempts: 100,
  first: 0,
  pace: 0.02,
  concurrency: 1,
  timeout: 8,
  deadline: 20,
  refuse: [],
  allow: [],
  options: {},
};

function attempt(n: number, more: Partial<ProbeAttempt> = {}): ProbeAttempt {
  const { ms = 1 + (n % 7) / 10 } = more;
  return { type: 'attempt', n, to: '10.0.0.1:80', at: n, ok: true, ms, phases: { connect: ms }, ...more };
}

const failed = { ok: false, error: 'timeout', ms: 8000, phases: {} } as const;

function outcome(
  attempts: readonly ProbeAttempt[],
  facts: ProbeFacts = {},
  from: 'local' | 'pod/web' = 'local',
): ArmOutcome {
  const failures = attempts.filter(({ ok }) => !ok).length;
  return {
    source:
      from === 'local' ? { kind: 'local', from } : { kind: 'pod', from, name: 'web', pastSidecar: false },
    task,
    result: {
      attempts,
      summary: {
        type: 'summary',
        attempts: attempts.length,
        failed: failures,
        ended: 'complete',
        notes: [],
        facts,
      },
    },
  };
}

function say(kind: ProberKind, outcomes: readonly ArmOutcome[], columns = 60): string {
  return stripVTControlCharacters(sayOutcomes(kind, outcomes, { columns }));
}
const inOneLine = (text: string): string => text.replace(/\s+/g, ' ');
const many = (count: number, more: (n: number) => Partial<ProbeAttempt>): ProbeAttempt[] =>
  Array.from({ length: count }, (_, n) => attempt(n, more(n)));

describe('a retransmission', () => {
  const late = (n: number): number => (n % 25 === 0 ? 3000 : n % 10 === 0 ? 1000 : 0);
  const attempts = many(200, (n) => ({ ms: 1 + (n % 7) / 10 + late(n) }));

  test('is named, and the histogram has its times', () => {
    const said = say('tcp', [outcome(attempts)]);
    expect(inOneLine(said)).toContain('→ SYNs or SYN-ACKs were lost and sent again');
    expect(said).toMatch(/^ +on time +176 +█{25,}\n/m);
    expect(said).toMatch(/^ *1 s late +16 +█/m);
    expect(said).toMatch(/^ *3 s late +8 +█/m);
  });

  test.each([40, 60, 100])('in %i columns no line is wider', (columns) => {
    const hostile = attempts.map((one, n) => ({
      ...one,
      labels: { backend: n % 2 === 0 ? 'fd00:1234:5678:9abc:def0:1234:5678:9abc' : '\u001b[2J10.0.0.2' },
    }));
    const lines = say('tcp', [outcome(hostile, { odd_fact: '\u001b[31m\nred'.repeat(20) })], columns).split(
      '\n',
    );
    expect(lines.filter((line) => line.length > columns)).toEqual([]);
    expect(lines.join('')).not.toContain('\u001b');
  });
});

describe('two arms', () => {
  const arm = (failures: number, of: number): ProbeAttempt[] => many(of, (n) => (n < failures ? failed : {}));

  test.each([
    [31, 2, 'pod/web fails more: 31 of 600 against 2 of 600, p < 0.001.'],
    [2, 31, 'this machine fails more: 31 of 600 against 2 of 600, p < 0.001.'],
    [0, 0, 'Neither fails: 0 of 600 and 0 of 600.'],
    [60, 61, 'Both fail alike, neither twice as often as the other: 60 of 600 against 61 of 600, p = 1.'],
    [
      3,
      1,
      'Nothing tells the two apart: 3 of 600 against 1 of 600, p = 0.62 (a difference is told below p = 0.01).',
    ],
  ])('%i and %i failures of 600', (inPod, here, sentence) => {
    const said = say('tcp', [outcome(arm(inPod, 600), {}, 'pod/web'), outcome(arm(here, 600))]);
    expect(inOneLine(said).endsWith(sentence)).toBe(true);
  });

  test('that did not run at the same time: that may be the difference', () => {
    const later = arm(0, 600).map((one) => ({ ...one, at: one.at + 60_000 }));
    const said = say('tcp', [outcome(arm(31, 600), {}, 'pod/web'), outcome(later)]);
    expect(inOneLine(said)).toMatch(/They ran \d+ s apart: what differs may be the time\.$/);
  });
});

describe('findings', () => {
  const day = 86_400;
  test.each<[ProberKind, ProbeFacts, string]>([
    [
      'tls',
      { valid_to: '2026-12-03T10:00:00.000Z', seconds_left: 12.5 * day },
      'The certificate expires in 12 days (2026-12-03)',
    ],
    [
      'tls',
      { valid_to: '2026-11-20T10:00:00.000Z', seconds_left: -3 * day },
      'The certificate expired 3 days ago (2026-11-20)',
    ],
    [
      'tls',
      { valid_to: '2026-11-21T10:00:00.000Z', seconds_left: 5400 },
      'The certificate expires in 90 minutes (2026-11-21)',
    ],
    ['tls', { certificate_error: 'CERT_HAS_EXPIRED' }, 'Wrong with the certificate: it has expired'],
    ['tls', { certificate_error: 'SOMETHING_NEW' }, 'Wrong with the certificate: SOMETHING_NEW'],
    ['tls', { certificate_error: '' }, 'Nothing is wrong with the certificate'],
    [
      'tls',
      { subject: 'CN=a', names: ['a.example', 'b.example'], issuer: 'CN=ca', certificates: 2 },
      'The first of 2 certificates to end is CN=a, for a.example, b.example, issued by CN=ca',
    ],
    ['tls', { sni_needed: true }, 'Handshakes need SNI: without it they fail'],
    [
      'source-ports',
      { boundary: 'found', dead_side: 'below', boundary_low: 32_767, boundary_high: 32_768 },
      'Source ports up to 32767 are dead, from 32768 on they live',
    ],
    [
      'source-ports',
      { boundary: 'found', dead_side: 'above', boundary_low: 61_000, boundary_high: 61_001 },
      'Source ports up to 61000 live, from 61001 on they are dead',
    ],
    [
      'source-ports',
      {
        boundary: 'found',
        dead_side: 'both',
        boundary_low: 9999,
        boundary_high: 10_000,
        upper_boundary_low: 20_000,
        upper_boundary_high: 20_001,
      },
      'Only source ports from 10000 to 20000 live',
    ],
    ['source-ports', { boundary: 'none' }, 'Failures have nothing to do with the source port'],
    ['ladder', { rungs: ['pod', 'svc'], first_failing_rung: '' }, 'No rung fails'],
    ['mesh', { failing_peers: [] }, 'No peer fails'],
    [
      'transparent-proxy',
      { proxied: true },
      'Something in the path answers for everybody: a transparent proxy',
    ],
    ['idle', { ended_after: 60.1 }, 'The far end ended unused connections after 60.1 s'],
    ['mtu', { icmp_path_mtu: 1400 }, 'icmp path mtu: 1,400'],
  ])('%s %j', (kind, facts, sentence) => {
    expect(
      inOneLine(
        say(kind, [
          outcome(
            many(3, () => ({})),
            facts,
          ),
        ]),
      ),
    ).toContain(`Findings - ${sentence}`);
  });
});

describe('what attempts differ by', () => {
  test('the worst few of many, and who stands out', () => {
    const attempts = many(400, (n) => ({
      labels: { backend: `10.0.0.${n % 20}`, timed: 'connect' },
      ...(n % 20 === 7 && failed),
    }));
    const said = say('tcp', [outcome(attempts)]);
    expect(said).toMatch(/^By backend\n.*\n {2}10\.0\.0\.7 +20 +20 +– +–\n/m);
    expect(said).toContain('\n  and 14 more, none worse\n  10.0.0.7 fails more than the rest, p < 0.001');
    expect(said).not.toContain('By timed');
  });

  test('sizes go with their direction', () => {
    const attempts = many(8, (n) => ({
      labels: { direction: n % 2 === 0 ? 'up' : 'down', size: n < 4 ? '56' : '1500' },
      ...(n > 3 && n % 2 === 1 && failed),
    }));
    const said = say('mtu', [outcome(attempts)]);
    expect(said).toMatch(
      /^By size\n.*\n {2}up 56 +2 +0 .*\n {2}down 56 +2 +0 .*\n {2}up 1500 +2 +0 .*\n {2}down 1500 +2 +2 +– +–$/m,
    );
    expect(said).not.toContain('By direction');
  });

  test('hops stand in their order with who answers there, and one that does not answer has not failed', () => {
    const attempts = many(30, (n) => ({
      labels: {
        hop: String((n % 10) + 1),
        node: n % 10 === 1 ? '*' : `10.9.0.${n % 10}`,
        backend: '10.0.0.1',
      },
      ...(n % 10 === 1 && failed),
    }));
    const said = say('path', [outcome(attempts)]);
    const [, hops = ''] = said.split('By hop\n');
    expect(hops.split('\n').map((line) => inOneLine(line.slice(0, 25)).trim())).toEqual([
      'of failed',
      ...Array.from({ length: 10 }, (_, n) => `${n + 1} ${n === 1 ? '* 3 3' : `10.9.0.${n} 3 0`}`),
    ]);
    expect(said).not.toMatch(/Errors|failed: |By node|fails more/);
  });

  test('connects of the search for a boundary are no sample', () => {
    const search = many(10, (n) => ({ ...failed, n: 100 + n, labels: { step: 'bisect' } }));
    expect(say('source-ports', [outcome([...many(20, () => ({})), ...search])])).toContain('0 of 20 failed');
  });
});
