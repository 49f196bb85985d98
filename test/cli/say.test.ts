import { describe, expect, test } from '@jest/globals';
import { stripVTControlCharacters } from 'node:util';
import { sayAnswer, sayReport, saySteps } from '../../cli/say.ts';
import type { Progress } from '../../core/progress.ts';
import type { Report } from '../../core/report.ts';

const report: Report = {
  schema: 'netcheck.report/v1',
  id: 'abcdefghijkl',
  target: {
    namespace: 'a-namespace-with-a-rather-long-name-that-does-not-fit',
    service: 'checkout',
    pods: [],
    nodes: [],
    gaps: [
      'its pods are not known: pods is forbidden: User "system:serviceaccount:netcheck:worker" cannot list',
    ],
  },
  symptom: 'any',
  conclusion: {
    kind: 'narrowed',
    causes: ['b'],
    alsoFound: [],
    summary: 'Narrowed to 1: A node cannot keep up with its packets. 1 could not be checked.',
  },
  hypotheses: [
    { cause: 'a', title: 'First', status: 'eliminated', reason: '0 of 30,000 failed.', evidence: [] },
    {
      cause: 'b',
      title: 'A node cannot keep up with its packets',
      status: 'standing',
      reason:
        'node ip-10-0-0-1.eu-central-1.compute.internal-and-some-more-words drops 3 % of 120,000 packets.',
      evidence: [],
    },
    { cause: 'c', title: 'Third', status: 'unchecked', reason: 'no data: Requests', evidence: [] },
    { cause: 'd', title: 'Fourth', status: 'confirmed', reason: 'It is.', evidence: [] },
    { cause: 'e', title: 'Fifth', status: 'conflict', reason: 'For: x. Against: y.', evidence: [] },
  ],
  evidence: [
    { id: 'a/x', title: 'Seen', source: 'promql', status: 'observed', samples: 1 },
    {
      id: 'c/requests',
      title: 'Requests at the ingress',
      source: 'promql',
      status: 'unavailable',
      why: { reason: 'timed-out', detail: 'Prometheus did not answer in time' },
    },
    {
      id: 'c/errors',
      title: 'Errors at the ingress',
      source: 'promql',
      status: 'unavailable',
      why: { reason: 'timed-out', detail: 'Prometheus did not answer in time' },
    },
  ],
  proposals: [],
  steps: [],
  timings: { startedAt: 0, endedAt: 1234, totalMs: 1234, slowestEvidenceMs: 1000 },
};

function linesOf(shown: string): string[] {
  return stripVTControlCharacters(shown).split('\n');
}

describe('a report on a terminal', () => {
  test.each([[40], [60], [100]])('of %i columns is no wider, and says it all', (columns) => {
    const lines = linesOf(sayReport(report, { columns }));
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
    const words = lines.join('').replace(/\s/g, '');
    for (const { title, reason } of report.hypotheses) {
      expect(words).toContain(`${title}:${reason}`.replace(/\s/g, ''));
    }
    expect(words).toContain('Prometheusdidnotanswerintime:Requestsattheingress;Errorsattheingress');
    expect(words).toContain('cannotlist');
  });

  test('of 300 columns stays readable, and a pipe gets the same', () => {
    const piped = sayReport(report, {});
    expect(sayReport(report, { columns: 300 })).toBe(piped);
    expect(Math.max(...linesOf(piped).map(({ length }) => length))).toBeLessThanOrEqual(100);
  });

  test('tells what is proven first and what is ruled out last', () => {
    const marks = linesOf(sayReport(report, {})).flatMap((line) => /^[✓!●?✗] (\w+)/.exec(line)?.[1] ?? []);
    expect(marks).toEqual(['Fourth', 'Fifth', 'A', 'Third', 'First']);
  });

  test('lets nothing that was read from a cluster steer the terminal', () => {
    const [first] = report.hypotheses;
    if (first === undefined) throw new Error('no hypothesis');
    const hostile = 'pod \u001b[2J\u001b]0;title\u0007\r\u0008\u009b31m<!channel>\u202e end';
    const shown = sayReport(
      {
        ...report,
        target: { ...report.target, gaps: [hostile] },
        conclusion: { ...report.conclusion, summary: hostile },
        hypotheses: [{ ...first, title: hostile, reason: hostile }],
      },
      {},
    );
    expect(shown.replace(/\u001b\[\d+m/g, '')).not.toMatch(
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/,
    );
    expect(shown).toContain('<!channel>');
  });
});

test('what may mend it, with commands that can be copied from a narrow terminal', () => {
  const proposal = {
    id: 'p',
    cause: 'd',
    remediation: 'service-selector',
    namespace: 'shop',
    service: 'checkout',
    params: { selector: 'app=checkout-v2' },
    summary: 'Select 2 pods of checkout.',
    why: 'It is.',
    risk: 'traffic goes to other pods.',
    workedIf: 'it has endpoints.',
  } as const;
  const trial = { ...proposal, id: 't', summary: 'Try it.', trial: { seconds: 60, expected: [] } };
  const lines = linesOf(sayReport({ ...report, proposals: [proposal, trial] }, { columns: 40 }));
  const from = lines.indexOf('What may mend it:');
  expect(lines.slice(from, lines.indexOf('', from))).toEqual([
    'What may mend it:',
    '- Select 2 pods of checkout. Risk:',
    '  traffic goes to other pods.',
    '    kubectl -n shop set selector service/checkout app=checkout-v2',
  ]);
});

test('the steps of an investigation on a terminal, in their order', () => {
  const steps = [
    '2 looks, which cost nothing',
    'Connects (own-pod, about 7 s): could settle a\u001b[2J, b',
    'done',
  ];
  expect(linesOf(saySteps({ ...report, steps }, { columns: 40 }))).toEqual([
    'How it went:',
    '1. 2 looks, which cost nothing',
    '2. Connects (own-pod, about 7 s): could',
    '   settle a, b',
    '3. done',
  ]);
});

describe('an end without a report', () => {
  const candidates = [
    { namespace: 'shop', service: 'cart' },
    { namespace: 'test', service: 'cart' },
  ];
  test.each<[Progress, string]>([
    [{ phase: 'which', candidates }, 'cart stands for several Services: cart.shop, cart.test. Say which.'],
    [{ phase: 'not-found', nearest: candidates }, 'There is no Service cart. Near: cart.shop, cart.test.'],
    [{ phase: 'not-found', nearest: [] }, 'There is no Service cart.'],
    [{ phase: 'failed', why: 'Could not look.' }, 'Could not look.'],
    [{ phase: 'cancelled' }, 'Cancelled.'],
  ])('%j', (progress, sentence) => {
    const request = { subject: { kind: 'named', service: 'cart' }, windowSeconds: 1800 } as const;
    expect(sayAnswer({ id: 'one', request, startedAt: 0, progress })).toBe(sentence);
  });
});
