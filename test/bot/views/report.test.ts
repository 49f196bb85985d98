import { describe, expect, test } from '@jest/globals';
import { conclusionMessages } from '../../../bot/views/conclusion.ts';
import { evidenceFile } from '../../../bot/views/evidence-file.ts';
import { evidenceMessage } from '../../../bot/views/evidence.ts';
import { hypothesesMessages } from '../../../bot/views/hypotheses.ts';
import { rootMessage } from '../../../bot/views/root.ts';
import type { RootState } from '../../../bot/views/root-state.ts';
import type { Episode } from '../../../core/alerts/episode.ts';
import { sayWhy } from '../../../core/lacks.ts';
import type { Progress } from '../../../core/progress.ts';
import type { Report, ReportedEvidence } from '../../../core/report.ts';
import { remediationAt } from '../../core/remediation/remediations.ts';
import { evidence, gathering, report, request, verdicts } from '../reports.ts';
import { wordsOf } from '../words.ts';

const state = (changes: Partial<RootState>): RootState => ({
  id: 'abc12345',
  cluster: 'prod',
  request,
  requester: { id: 'U0ALICE', name: 'alice' },
  progress: undefined,
  silence: 'none',
  remediations: [],
  ...changes,
});
const ended = (changes: Partial<Report>): Progress => ({
  phase: 'ended',
  report: report('abc12345', changes),
});

describe('the message in the channel', () => {
  const headlines: [string, Partial<RootState>, string][] = [
    ['nobody has looked yet', {}, '… *checkout* · looking it up'],
    [
      'no worker answers',
      { silence: 'long' },
      '… *checkout* · looking it up · no worker of cluster prod answers, still waiting',
    ],
    ['looking', { progress: gathering('a') }, '… *checkout.shop* · looking: 1 of 3 · 1 ruled out'],
    [
      'probing',
      {
        progress: {
          ...gathering('a'),
          probing: { titles: ['Handshakes, with and without the proxy'], seconds: 65 },
        } as Progress,
      },
      '… *checkout.shop* · looking: 1 of 3 · 1 ruled out · probing for about 65 s: Handshakes, with and without the proxy',
    ],
    [
      'a cause is found',
      { progress: ended({}) },
      '✓ *checkout.shop: SNAT port race drops SYNs (node ip-10-0-1-11)* · 2.1 s',
    ],
    [
      'two causes are found',
      {
        progress: ended({
          conclusion: {
            kind: 'cause-found',
            causes: ['snat-port-race', 'policy-denies'],
            alsoFound: [],
            summary: '',
          },
        }),
      },
      '✓ *checkout.shop: SNAT port race drops SYNs (node ip-10-0-1-11) and 1 more* · 2.1 s',
    ],
    [
      'two causes are left',
      {
        progress: ended({
          conclusion: {
            kind: 'narrowed',
            causes: ['snat-port-race', 'policy-denies'],
            alsoFound: [],
            summary: '',
          },
        }),
      },
      '● *checkout.shop: narrowed to 2: SNAT port race drops SYNs; A NetworkPolicy denies the traffic* · 2.1 s',
    ],
    [
      'what was found is too small to explain it',
      {
        progress: ended({
          conclusion: { kind: 'narrowed', causes: [], alsoFound: ['snat-port-race'], summary: '' },
        }),
      },
      '● *checkout.shop: nothing found that explains it* · 2.1 s',
    ],
    [
      'it is not the network',
      {
        progress: ended({ conclusion: { kind: 'not-the-network', causes: [], alsoFound: [], summary: '' } }),
      },
      '✓ *checkout.shop: not the network* · 2.1 s',
    ],
    [
      'nothing could be checked',
      { progress: ended({ conclusion: { kind: 'inconclusive', causes: [], alsoFound: [], summary: '' } }) },
      '? *checkout.shop: nothing proven, 1 cause not checked* · 2.1 s',
    ],
    [
      'a fix helped',
      {
        progress: ended({}),
        remediations: [remediationAt('verified')],
      },
      '✓ *checkout.shop: SNAT port race drops SYNs (node ip-10-0-1-11)* · 2.1 s · fixed',
    ],
    [
      'the worker failed',
      { progress: { phase: 'failed', why: 'no API server' } },
      '✗ *checkout* · netcheck failed: no API server',
    ],
    ['cancelled', { progress: { phase: 'cancelled' } }, '✗ *checkout* · cancelled'],
    [
      'its turn is yet to come',
      { held: { until: Date.UTC(2026, 8, 1, 14, 5), ahead: 12 } },
      '… *checkout* · queued: starts at 14:05 UTC, 12 others go first',
    ],
    [
      'it is the next',
      { held: { until: Date.UTC(2026, 8, 1, 14, 5), ahead: 0 } },
      '… *checkout* · queued: starts at 14:05 UTC',
    ],
  ];

  test.each(headlines)('%s', (_name, changes, expected) => {
    const message = rootMessage(state(changes));
    expect(wordsOf(message).split('\n')[0]).toBe(expected);
    // Whoever only hears it hears the same words.
    expect(message.text).toBe(`netcheck: ${expected.replace(/^. /, '').replaceAll('*', '')}`);
  });

  describe('says what the alerts say', () => {
    const at = (minutes: number): number => Date.UTC(2026, 8, 1, 14, minutes);
    const fired = (name: string, times = 1): Episode['alerts'][number] => ({
      fingerprint: name,
      name,
      status: 'firing',
      since: at(2),
      firedAt: at(2),
      heardAt: at(2),
      times,
    });
    const episode = (alerts: Episode['alerts'], resolvedAt?: number): Episode => ({
      id: 'abc12345',
      revision: 1,
      change: 1,
      alerts,
      isCalledOff: false,
      ...(resolvedAt !== undefined && { resolvedAt }),
    });
    test.each<[string, Episode, string, string]>([
      [
        'while they fire',
        episode([fired('HighErrorRate', 3), fired('SlowRequests')]),
        'firing: HighErrorRate (3 times since 14:02 UTC), SlowRequests',
        '✓',
      ],
      [
        'one name once',
        episode([fired('PodDown'), { ...fired('PodDown'), since: at(1) }]),
        'firing: PodDown (2 times since 14:01 UTC)',
        '✓',
      ],
      [
        'without those that are over',
        episode([{ ...fired('A'), status: 'resolved', resolvedAt: at(9) }, fired('B')]),
        'firing: B',
        '✓',
      ],
      [
        'no more than three by name',
        episode(['A', 'B', 'C', 'D', 'E'].map((name) => fired(name))),
        'firing: A, B, C, 2 more',
        '✓',
      ],
      [
        'when all are over',
        episode([{ ...fired('A'), status: 'resolved', resolvedAt: at(20) }], at(20)),
        'resolved 14:20 UTC',
        '○',
      ],
    ])('%s', (_, alerts, expected, mark) => {
      const message = rootMessage(state({ progress: ended({}), episode: alerts }));
      const [headline = '', line] = wordsOf(message).split('\n');
      expect([headline.slice(0, 1), line]).toEqual([mark, expected]);
      expect(message.text.endsWith(` · ${expected}`)).toBe(true);
    });
  });

  test('says who asked for what below', () => {
    const asked = state({
      request: { ...request, destination: { host: 'api.example.com', port: 443 }, symptom: 'timeouts' },
      progress: ended({}),
    });
    expect(wordsOf(rootMessage(asked)).split('\n')[1]).toBe(
      'checkout.shop · Deployment/checkout · to api.example.com:443 · last 30 min · timeouts · asked by alice · abc12345',
    );
  });

  test('asks which service with buttons, with a list where there are many', () => {
    const candidates = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ service: 'checkout', namespace: `team-${index}` }));
    const few = rootMessage(state({ progress: { phase: 'which', candidates: candidates(5) } }));
    expect(wordsOf(few)).toContain('? *Which checkout do you mean?*');
    expect(elementsOf(few)).toEqual(
      candidates(5).map(({ namespace }, index) =>
        expect.objectContaining({
          text: expect.objectContaining({ text: `checkout.${namespace}` }),
          value: `abc12345:${index}`,
        }),
      ),
    );
    const many = rootMessage(state({ progress: { phase: 'which', candidates: candidates(120) } }));
    const [select] = elementsOf(many) as [{ type: string; options: { value: string }[] }];
    expect(select.type).toBe('static_select');
    expect(select.options).toHaveLength(100);
    expect(select.options[99]?.value).toBe('abc12345:99');
  });

  test('offers what is near, and says how to ask where nothing is', () => {
    const nearest = [{ service: 'checkout', namespace: 'shop' }];
    const close = rootMessage(state({ progress: { phase: 'not-found', nearest } }));
    expect(wordsOf(close)).toContain('? *No Service is called checkout* · did you mean');
    const mentioned = { ...request, subject: { kind: 'mentioned' as const, texts: ['inc-42'] } };
    const lost = rootMessage(state({ request: mentioned, progress: { phase: 'not-found', nearest: [] } }));
    expect(wordsOf(lost)).toBe(
      '? Which service? Ask with /netcheck &lt;service&gt;, as in /netcheck checkout',
    );
  });
});

describe('hypotheses', () => {
  test('each verdict has its own mark and its reason', () => {
    const hypotheses = (['eliminated', 'confirmed', 'standing', 'unchecked', 'conflict'] as const).map(
      (status) => ({ ...verdicts.selector, status, title: status, reason: `because ${status}` }),
    );
    const [message] = hypothesesMessages(report('a', { hypotheses }), false);
    expect(message && wordsOf(message).split('\n')).toEqual([
      '✗ ~eliminated~ — because eliminated',
      '✓ *confirmed* — because confirmed',
      '● standing — because standing',
      '? unchecked — because unchecked',
      '⚡ conflict — because conflict',
    ]);
    expect(message?.text).toBe(
      'Hypotheses: 1 confirmed, 1 ruled out, 1 not ruled out, 1 not checked, 1 contradictory',
    );
  });

  test('what is still being looked at is not called unchecked', () => {
    const progress = gathering('a');
    const live = progress.phase === 'gathering' ? hypothesesMessages(progress.report, true) : [];
    expect(live.map(wordsOf)[0]).toContain('… SNAT port race drops SYNs — looking');
    const gone = progress.phase === 'gathering' ? hypothesesMessages(progress.report, false) : [];
    expect(gone.map(wordsOf)[0]).toContain('? SNAT port race drops SYNs — drops was not looked at');
  });

  test('what was looked at in vain is called unchecked at once', () => {
    const hypotheses = [verdicts.policy];
    const [message] = hypothesesMessages(report('a', { hypotheses, evidence: [evidence.policies] }), true);
    expect(message && wordsOf(message)).toContain(
      '? A NetworkPolicy denies the traffic — policies could not',
    );
  });

  test('lines stay in their message, however long reasons grow', () => {
    const many = (reason: string) =>
      report('a', {
        hypotheses: Array.from({ length: 60 }, (_, index) => ({
          ...verdicts.selector,
          title: `cause ${index}`,
          reason,
        })),
      });
    const [short, long] = [
      hypothesesMessages(many('.'), false),
      hypothesesMessages(many('x'.repeat(900)), false),
    ];
    expect(short).toHaveLength(3);
    const titles = (messages: typeof short): string[][] =>
      messages.map((message) => [...wordsOf(message).matchAll(/cause \d+/g)].map(([title]) => title));
    expect(titles(long)).toEqual(titles(short));
  });
});

describe('the conclusion', () => {
  test('the answer first, then what it was not, then how to see what could not be seen', () => {
    const [message] = conclusionMessages(report('a'));
    expect(message && wordsOf(message).split('\n')).toEqual([
      '*SNAT port race drops SYNs (node ip-10-0-1-11).* 41 of 1,204 inserts failed on ip-10-0-1-11. 1 other cause is not ruled out.',
      '',
      '✗ *Ruled out (1)* The Service has no ready endpoints',
      '',
      '? *Could not check (1)* A NetworkPolicy denies the traffic',
      "• NetworkPolicies that select the pods: list networkpolicies in shop → grant the worker's ServiceAccount this right; deploy/rbac.yaml lists all it needs",
    ]);
    expect(message?.text).toMatch(/^checkout\.shop: SNAT port race drops SYNs/);
  });

  test('one missing right is one thing to do, however much it hides', () => {
    const blind = Array.from({ length: 5 }, (_, index) => ({
      ...evidence.policies,
      id: `look-${index}`,
      title: `Look ${index}`,
    }));
    const hypotheses = blind.map(({ id }) => ({ ...verdicts.policy, evidence: [id] }));
    const [message] = conclusionMessages(report('a', { hypotheses, evidence: blind }));
    const cures = (message ? wordsOf(message) : '').split('\n').filter((line) => line.startsWith('•'));
    expect(cures).toEqual([expect.stringContaining('Look 0; Look 1; Look 2 and 2 more looks')]);
  });

  test('an arm of a probe that could not be run is one more thing to do', () => {
    const partly: ReportedEvidence = {
      id: 'reach',
      title: 'Connects',
      source: 'probe',
      status: 'observed',
      samples: 10,
      facts: { pod: '0 of 10 failed', node: 'not run: probes of class node are off' },
      unseen: [{ from: 'node', why: { reason: 'not-enabled', detail: 'probes of class node are off' } }],
    };
    const hypotheses = [{ ...verdicts.policy, evidence: ['reach'] }];
    const [message] = conclusionMessages(report('a', { hypotheses, evidence: [partly] }));
    expect(message && wordsOf(message)).toContain(
      '• Connects, from the network of the node itself: probes of class node are off → allow probes of this class',
    );
  });

  test('what stays unknown of the target is said', () => {
    const { target } = report('a');
    const [message] = conclusionMessages(report('a', { target: { ...target, gaps: ['nodes: forbidden'] } }));
    expect(message && wordsOf(message)).toContain('• nodes: forbidden');
  });
});

test('that probes are off is said once in each message, however many causes want one', () => {
  const why = { reason: 'not-enabled', detail: 'probes of class own-pod are off' } as const;
  const five = Array.from({ length: 5 }, (_, index) => index);
  const off = report('a', {
    hypotheses: five.map((index) => ({
      ...verdicts.policy,
      title: `Cause ${index}`,
      reason: why.detail,
      evidence: [`p${index}`],
    })),
    evidence: five.map((index) => ({
      id: `p${index}`,
      title: `Probe ${index}`,
      source: 'probe' as const,
      status: 'unavailable' as const,
      why,
    })),
    conclusion: { kind: 'inconclusive', causes: [], alsoFound: [], summary: 'Nothing proven.' },
  });
  const all = [...hypothesesMessages(off, false), ...conclusionMessages(off), evidenceMessage(off)].map(
    (one) => (one === undefined ? '' : wordsOf(one)),
  );
  expect(all).toHaveLength(3);
  for (const words of all) expect(words.match(/probes of class own-pod are off/g)).toHaveLength(1);
  expect(all[0]?.split('\n').slice(0, 2)).toEqual([
    '? Cause 0 — probes of class own-pod are off',
    '? Cause 1 — as above',
  ]);
  expect(all[2]).toContain(
    'Probe 0; Probe 1; Probe 2; Probe 3; Probe 4: not-enabled, probes of class own-pod',
  );
});

describe('evidence', () => {
  test.each([
    [{ reason: 'forbidden', detail: 'list nodes' }, 'forbidden, list nodes'],
    [{ reason: 'no-data', detail: 'no data' }, 'no data'],
    [undefined, 'no answer'],
  ] as const)('that is missing says why, once: %j', (why, said) => {
    expect(sayWhy(why)).toBe(said);
  });

  test('what decided comes first, with its numbers and where to see them', () => {
    const message = evidenceMessage(report('a'));
    expect(message && wordsOf(message).split('\n')).toEqual([
      '*Evidence (3)*',
      '• Failed conntrack inserts a second: max 3.5/s, mean 0.8/s, min 0/s over 2 series · <https://prometheus.example.com/graph?g0.expr=rate(x)|graph>',
      '? NetworkPolicies that select the pods: forbidden, list networkpolicies in shop',
      '1 more look with its query in the file.',
    ]);
    expect(message?.text).toBe('Evidence: 3 looks, 1 without an answer');
  });

  test('no data is not zero', () => {
    const none = { ...evidence.drops, facts: { count: 0, samples: 0 } };
    const message = evidenceMessage(report('a', { evidence: [none] }));
    expect(message && wordsOf(message)).toContain('no series matched');
  });

  test('a share is a percentage', () => {
    const facts = { count: 1, samples: 1, max: 0.25, min: 0.25, mean: 0.25, sum: 0.25 };
    const share = {
      ...evidence.drops,
      title: 'Share of packets that are lost',
      unit: 'percent' as const,
      facts,
    };
    const message = evidenceMessage(report('a', { evidence: [share] }));
    expect(message && wordsOf(message)).toContain('Share of packets that are lost: 25 %');
  });

  test('never more than one message; the rest is in the file, with every query', () => {
    const long = Array.from({ length: 60 }, (_, index) => ({
      ...evidence.policies,
      id: `look-${index}`,
      why: { reason: 'forbidden' as const, detail: 'y'.repeat(300) },
    }));
    const long60 = report('a', { evidence: long });
    const message = evidenceMessage(long60);
    expect(message && wordsOf(message).length).toBeLessThan(10_000);
    expect(message && wordsOf(message)).toMatch(/\d+ more looks with their queries in the file/);
  });

  test('what eliminated causes read is in the file only', () => {
    const all = report('a');
    const message = evidenceMessage({
      ...all,
      hypotheses: all.hypotheses.map((verdict) => ({ ...verdict, status: 'eliminated' })),
      evidence: [evidence.drops],
    });
    expect(message && wordsOf(message)).toBe('*Evidence (1)*\n1 more look with its query in the file.');
    expect(evidenceFile(all)).toContain(evidence.drops.title);
  });
});

function elementsOf({ blocks }: { blocks: readonly unknown[] }): unknown[] {
  return blocks.flatMap((block) =>
    typeof block === 'object' &&
    block !== null &&
    'type' in block &&
    block.type === 'actions' &&
    'elements' in block
      ? (block.elements as unknown[])
      : [],
  );
}
