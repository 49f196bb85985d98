import { describe, expect, test } from '@jest/globals';
import { decide, isStateGone, type Decision } from '../../core/decide.ts';
import { unavailable, type Attempt, type Observation } from '../../core/evidence.ts';
import type { Placement } from '../../core/probes.ts';
import { parseCause, type Cause } from '../../core/playbook/cause.ts';
import { formatProblem } from '../../core/playbook/problem.ts';

const context = {
  target: {
    service: 'cart',
    namespace: 'shop',
    workload: 'Deployment/cart',
    nodes: 2,
    mesh: '',
    destination: '',
    destination_in_cluster: false,
    type: 'ClusterIP',
    pods_known: true,
  },
  window: '30 min',
  window_seconds: 1800,
  recent: '5 min',
};

function section(title: string, rules: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(rules).map(
    ([when, because]) => `\`\`\`cel\n${when}\n\`\`\`\n\n${because}\n\n`,
  );
  return pairs.length === 0 ? '' : `## ${title}\n\n${pairs.join('')}`;
}

interface Rules {
  readonly against?: Readonly<Record<string, string>>;
  readonly inFavour: Readonly<Record<string, string>>;
  readonly stands?: Readonly<Record<string, string>>;
}

/** A cause over the metrics `a`, `b`, `c` and the look-up `pods`; a rule a CEL expression and what it says. */
function cause({ against = { false: 'Never.' }, inFavour, stands = {} }: Rules): Cause {
  const metric = (name: string): string => `### \`${name}\` ${name}\n\n\`\`\`promql\n${name}\n\`\`\`\n\n`;
  const parsed = parseCause(
    `---\nid: it\ntitle: It\n---\n\n## Evidence\n\n${['a', 'b', 'c'].map(metric).join('')}` +
      '### `pods` Pods\n\n```yaml lookup\nlookup: workload\n```\n\n' +
      section('Eliminated when', against) +
      section('Confirmed when', inFavour) +
      section('Stands when', stands) +
      // Reads everything, so that no piece of evidence is in vain.
      '## Otherwise\n\nNeither: {a.max} {b.max} {c.max} {pods.pods}.\n',
    'it.md',
    { cases: 'skip' },
  );
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  return parsed.cause;
}

const value = (of: number): Observation => ({
  status: 'observed',
  samples: 1,
  series: [{ labels: {}, points: [[0, of]] }],
});
const pods: Observation = { status: 'observed', samples: 1, facts: { pods: 3 } };
const blind = (why: string): Observation => unavailable('no-data', why);
const seen = { a: value(1), b: value(2), c: value(3), pods };

function decided(rules: Rules, observations: Readonly<Record<string, Observation>> = seen): Decision {
  return decide(cause(rules), new Map(Object.entries(observations)), context);
}

describe('a hypothesis', () => {
  const against = { 'a.max > 5.0': 'A is {a.max}.', 'b.max > 5.0': 'B is {b.max}.' };
  const inFavour = {
    'a.max < 0.0': 'A is below, {a.max}.\n\nCulprit: {target.service}',
    'c.max > 5.0': 'C is {c.max}.',
  };

  test.each<[string, Readonly<Record<string, Observation>>, Decision]>([
    ['nothing holds', {}, { status: 'standing', reason: 'Neither: 1 2 3 3.' }],
    ['one rule against it holds', { a: value(6) }, { status: 'eliminated', reason: 'A is 6.' }],
    ['both do, the first speaks', { a: value(6), b: value(7) }, { status: 'eliminated', reason: 'A is 6.' }],
    ['only the second does', { b: value(7) }, { status: 'eliminated', reason: 'B is 7.' }],
    [
      'a rule for it holds, which names somebody',
      { a: value(-1) },
      { status: 'confirmed', reason: 'A is below, -1.', culprit: 'cart' },
    ],
    ['a rule for it holds, which names nobody', { c: value(8) }, { status: 'confirmed', reason: 'C is 8.' }],
    [
      'rules on both sides hold',
      { b: value(7), c: value(8) },
      { status: 'conflict', reason: 'For: C is 8. Against: B is 7.' },
    ],
    // What could not be had decides nothing, and stops nothing from being decided.
    ['another rule holds', { a: blind('no a'), b: value(7) }, { status: 'eliminated', reason: 'B is 7.' }],
    [
      'another rule holds, for it',
      { a: blind('no a'), c: value(8) },
      { status: 'confirmed', reason: 'C is 8.' },
    ],
    ['no rule holds, one has no answer', { b: blind('no b') }, { status: 'unchecked', reason: 'no b' }],
    ['one for it has no answer', { c: blind('no c') }, { status: 'unchecked', reason: 'no c' }],
    [
      'two have no answer for one reason, said once',
      { a: blind('no answer'), b: blind('no answer') },
      { status: 'unchecked', reason: 'no answer' },
    ],
    ['two have none', { a: blind('no a'), b: blind('no b') }, { status: 'unchecked', reason: 'no a; no b' }],
    [
      'three have none',
      { a: blind('no a'), b: blind('no b'), c: blind('no c') },
      { status: 'unchecked', reason: 'no a; no b; and 1 more' },
    ],
    // Only a sentence reads it.
    [
      'what no rule reads is missing',
      { pods: blind('no pods') },
      { status: 'standing', reason: 'Neither: 1 2 3 (unknown).' },
    ],
  ])('%s', (_, observations, decision) => {
    expect(decided({ against, inFavour }, { ...seen, ...observations })).toStrictEqual(decision);
  });

  describe('that something speaks for without proving it', () => {
    const rules: Rules = {
      against: { 'a.max > 5.0': 'A is {a.max}.' },
      inFavour: { 'b.max > 5.0': 'B is {b.max}.', 'a.max < -5.0': 'A is below.' },
      stands: { 'c.max > 9.0': 'C is enormous.', 'c.max > 5.0': 'C is large.' },
    };

    test.each<[string, Readonly<Record<string, Observation>>, Decision]>([
      ['says so', { c: value(6) }, { status: 'standing', reason: 'C is large.' }],
      ['says the first thing', { c: value(10) }, { status: 'standing', reason: 'C is enormous.' }],
      ['says otherwise where it does not', {}, { status: 'standing', reason: 'Neither: 1 2 3 3.' }],
      [
        'stands though it could not be checked, and says what would settle it',
        { a: blind('no a'), b: blind('no b'), c: value(6) },
        { status: 'standing', reason: 'C is large. Not settled: no a; no b.' },
      ],
      [
        'is eliminated all the same',
        { a: value(6), c: value(6) },
        { status: 'eliminated', reason: 'A is 6.' },
      ],
      ['is confirmed all the same', { b: value(6), c: value(6) }, { status: 'confirmed', reason: 'B is 6.' }],
      // A hint that could not be had is no obstacle.
      [
        'stands without it',
        { c: blind('no c') },
        { status: 'standing', reason: 'Neither: 1 2 (unknown) 3.' },
      ],
      ['is unchecked without it', { b: blind('no b') }, { status: 'unchecked', reason: 'no b' }],
    ])('%s', (_, observations, decision) => {
      expect(decided(rules, { ...seen, ...observations })).toStrictEqual(decision);
    });
  });
});

describe('a probe that could run on some of the nodes only', () => {
  const text = [
    '---\nid: it\ntitle: It\n---\n\n## Evidence\n\n### `p` P\n',
    '```yaml probe\nprobe: tcp\nto: a:1\nfrom: [each-node, worker]\n```\n',
    section('Eliminated when', { 'p.from("each-node").failed == 0.0': 'Nothing failed.' }),
    section('Confirmed when', { 'p.from("each-node").failed > 0.0': 'Something failed.' }),
    '## Otherwise\n\nNeither.\n',
  ];
  const parsed = parseCause(text.join('\n'), 'it.md', { cases: 'skip' });
  const made = (from: Placement, ok = true): Attempt => ({ n: 0, from, to: 'a:1', ok, seconds: 0.001 });
  const detail = 'no pod could be started on node-b';
  const seen = (...attempts: readonly Attempt[]): ReadonlyMap<string, Observation> => {
    const unseen = [{ from: 'each-node' as const, why: { reason: 'forbidden' as const, detail } }];
    return new Map([['p', { status: 'observed', samples: 1, attempts: [...attempts], unseen }]]);
  };

  test.each<[string, Attempt, Decision]>([
    [
      'eliminates nothing',
      made('each-node'),
      { status: 'unchecked', reason: `no attempts from a pod on each of the target's nodes: ${detail}` },
    ],
    ['confirms', made('each-node', false), { status: 'confirmed', reason: 'Something failed.' }],
  ])('%s', (_, attempt, expected) => {
    if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
    expect(decide(parsed.cause, seen(attempt, made('worker')), context)).toEqual(expected);
  });
});

describe('the state that proves a cause', () => {
  const gone = (
    inFavour: Rules['inFavour'],
    observations: Readonly<Record<string, Observation>> = seen,
  ): boolean => isStateGone(cause({ inFavour }), new Map(Object.entries(observations)), context);

  test.each<[string, Readonly<Record<string, string>>, boolean]>([
    ['is there', { 'pods.pods > 2.0': 'So.' }, false],
    ['is gone', { 'pods.pods > 3.0': 'So.' }, true],
    ['is gone in one way only', { 'pods.pods > 3.0': 'So.', 'pods.pods > 2.0': 'So.' }, false],
    ['is gone in every way', { 'pods.pods > 3.0': 'So.', 'pods.pods > 4.0': 'So.' }, true],
    // Metrics carry the past of their window.
    ['is told by a metric', { 'a.max > 5.0': 'So.' }, false],
    ['is told by a metric as well', { 'pods.pods > 3.0 && a.max > 5.0': 'So.' }, false],
  ])('%s', (_, inFavour, expected) => {
    expect(gone(inFavour)).toBe(expected);
  });

  test('is not gone where it cannot be told', () => {
    expect(gone({ 'pods.pods > 3.0': 'So.' }, { ...seen, pods: blind('no pods') })).toBe(false);
  });
});
