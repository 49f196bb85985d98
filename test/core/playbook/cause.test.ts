import { describe, expect, test } from '@jest/globals';
import { parseCause } from '../../../core/playbook/cause.ts';
import { formatProblem } from '../../../core/playbook/problem.ts';

const whole = `---
id: lossy
title: Lossy
---

Prose.

## Evidence

### \`drops\` Drops

\`\`\`promql
sum(increase(drops{namespace="$namespace"}[$window]))
\`\`\`

### \`pods\` Pods

\`\`\`yaml lookup
lookup: workload
\`\`\`

## Eliminated when

\`\`\`cel
drops.max == 0.0
\`\`\`

{drops.max | count} drops.

## Confirmed when

\`\`\`cel
drops.max > 0.0 && pods.pods > 0.0
\`\`\`

There are
{drops.max | count} drops.

Culprit: {target.service}

## Otherwise

Nothing.

## Fix

Mend {target.service}.

\`\`\`yaml fix
remediation: service-target-port
params:
  target_port: '{pods.pods}'
\`\`\`

Risk: it may
get worse.

Worked if: {drops.max} is 0.

## Cases

\`\`\`yaml
- name: none
  given: { drops: 0, pods: { pods: 1 } }
  expect: eliminated
\`\`\`
`;

function problemsOf(source: string): string[] {
  const parsed = parseCause(source, 'causes/lossy.md');
  return 'problems' in parsed ? parsed.problems.map(formatProblem) : [];
}

describe('parseCause', () => {
  test('reads a whole cause', () => {
    const parsed = parseCause(whole, 'playbooks/causes/lossy.md');

    expect(parsed).toMatchObject({
      cause: {
        id: 'lossy',
        network: true,
        evidence: [
          { name: 'drops', title: 'Drops', source: 'promql', range: false },
          { name: 'pods', title: 'Pods', source: 'cluster', lookup: 'workload' },
        ],
        eliminatedWhen: [{ when: { reads: ['drops'] } }],
        confirmedWhen: [{ when: { reads: ['drops', 'pods'] } }],
        fixes: [{ remediation: 'service-target-port' }],
        cases: [{ name: 'none', expect: 'eliminated', line: 63 }],
      },
    });
  });

  // What is replaced by what, and all that is then said.
  const mistakes: readonly (readonly [string, string | RegExp, string, readonly string[]])[] = [
    // Expressions
    [
      'unknown evidence',
      'drops.max == 0.0',
      'drop.max == 0.0',
      ['25:1 Unexpected name drop, expected the name of evidence declared in this file; did you mean drops?'],
    ],
    [
      'unknown fact of a metric',
      'drops.max == 0.0',
      'drops.maxi == 0.0',
      ['25:7 Unexpected fact maxi, expected a fact of that evidence; did you mean max?'],
    ],
    [
      'unknown fact of a look-up',
      'pods.pods > 0.0',
      'pods.count > 0.0',
      [
        '33:25 Unexpected fact count, expected one of pods, cpu_limited, containers, pods_with_pre_stop, host_network_pods, meshed_pods, oldest_pod_seconds, youngest_pod_seconds, serving',
      ],
    ],
    [
      'whole number',
      'drops.max == 0.0',
      'drops.max == 0',
      ['25:1 Unexpected double == int, expected numbers with a decimal point, as in 0.0'],
    ],
    [
      'comparison of unlike things',
      'drops.max == 0.0',
      'drops.max == "none"',
      ['25:1 Unexpected double == string, expected two values of the same type'],
    ],
    [
      'rule that is no condition',
      'drops.max == 0.0',
      'drops.max',
      ['25:1 Unexpected rule of type double, expected bool'],
    ],
    [
      'unfinished expression',
      'drops.max == 0.0',
      'drops.max ==',
      ['25:13 Unexpected end, expected the rest of an expression'],
    ],
    [
      'wrong argument',
      'drops.max == 0.0',
      'enough(drops, 0.1)',
      [
        '25:1 Unexpected call enough(Metric, double), expected enough(attempts, rate), numbers with a decimal point',
      ],
    ],
    // Sentences
    [
      'unknown fact on the second line of a sentence',
      'There are\n{drops.max',
      'There are\n{drops.least',
      ['37:8 Unexpected fact least, expected a fact of that evidence; did you mean last?'],
    ],
    [
      'unknown format',
      '{drops.max | count} drops.\n\n## Conf',
      '{drops.max | cuont} drops.\n\n## Conf',
      ['28:11 Unexpected format cuont, expected one of text, count, number, percent, seconds, rate, bytes'],
    ],
    [
      'hole without end',
      '{drops.max | count} drops.\n\n## Conf',
      '{drops.max | count drops.\n\n## Conf',
      ['28:1 Unexpected {, expected a whole hole, as in {drops.max | count}'],
    ],
    [
      'hole that is no text',
      '{drops.max | count} drops.\n\n## Conf',
      '{drops} drops.\n\n## Conf',
      ['28:2 Unexpected Metric in a sentence, expected a number or text'],
    ],
    [
      'unknown name of a culprit',
      'Culprit: {target.service}',
      'Culprit: {target.servce}',
      ['39:18 Unexpected fact servce, expected a fact of that evidence; did you mean service?'],
    ],
    [
      'rule without a sentence',
      '{drops.max | count} drops.\n\n## Conf',
      '## Conf',
      ['25:1 Unexpected rule without a sentence, expected a paragraph below it'],
    ],
    // Sections
    [
      'unknown section',
      '## Otherwise',
      '## Otherwhise',
      ['41:1 Unexpected section Otherwhise, expected Otherwise'],
    ],
    [
      'second section',
      'Nothing.',
      'Nothing.\n\n## Otherwise\n\nSomething.',
      ['45:1 Unexpected second section Otherwise'],
    ],
    ['section without a sentence', 'Nothing.', '', ['41:1 Unexpected empty section, expected one sentence']],
    [
      'section without a rule',
      '```cel\ndrops.max == 0.0',
      '```js\ndrops.max == 0.0',
      ['22:1 Unexpected empty section, expected a cel rule'],
    ],
    // Front matter
    [
      'front matter that is no YAML',
      'title: Lossy',
      'title: [Lossy',
      ['3:14 Flow sequence in block collection must be sufficiently indented and end with a ]'],
    ],
    [
      'misspelt key',
      'title: Lossy',
      'titel: Lossy',
      ['2:1 Unexpected end, expected title (string)', '3:1 Unexpected titel, expected title'],
    ],
    [
      'id of another file',
      'id: lossy',
      'id: lousy',
      ['2:1 Unexpected id lousy, expected lossy, the name of the file'],
    ],
    [
      'value of the wrong type',
      'title: Lossy',
      'title: Lossy\nnetwork: maybe',
      ['4:10 Unexpected string, expected boolean at network'],
    ],
    [
      'no front matter',
      /^---[^]*?---\n/,
      '',
      ['1:1 Unexpected start, expected front matter: id and title between two lines of ---'],
    ],
    // Evidence
    [
      'query that is no PromQL',
      'increase(drops',
      'increase((drops',
      ['13:55 Unexpected end, expected PromQL'],
    ],
    [
      'unknown parameter of a query',
      '$namespace',
      '$namespcae',
      [
        '13:31 Unexpected $namespcae, expected one of $service, $namespace, $far, $pods, $nodes, $window, $recent',
      ],
    ],
    [
      'parameter where it is not escaped for',
      'namespace="$namespace"',
      'pod="$pods"',
      ['13:25 Unexpected place of $pods, expected under =~, as in label=~"$pods"'],
    ],
    [
      'unknown word after promql',
      '```promql',
      '```promql rnage',
      ['12:1 Unexpected rnage after promql, expected range, unit=<unit> or threshold=<number>'],
    ],
    [
      'unknown parameter of a look-up',
      'lookup: workload',
      'lookup: workload\nfoo: bar',
      ['20:1 Unexpected parameter foo, expected none'],
    ],
    // Fix
    [
      'unknown remediation',
      'service-target-port',
      'service-targetport',
      ['50:14 Unexpected remediation service-targetport, expected service-target-port'],
    ],
    [
      'unknown parameter of a fix',
      "target_port: '",
      "port: '",
      [
        '50:1 Unexpected end, expected the parameter target_port',
        '52:3 Unexpected parameter port, expected target_port',
      ],
    ],
    [
      'fix without its risk',
      'Risk: it may\nget worse.',
      '',
      ['50:1 Unexpected end, expected a paragraph "Risk: …" below the block'],
    ],
    // Cases
    [
      'cases that are no YAML',
      '- name: none',
      '- name: [none',
      ['64:3 Flow sequence in block collection must be sufficiently indented and end with a ]'],
    ],
    [
      'case without a piece of evidence',
      'drops: 0, ',
      '',
      ['63:9 Unexpected case without drops, expected every evidence, or series and objects'],
    ],
    [
      'case with unknown evidence',
      'drops: 0, ',
      'drops: 0, dorps: 1, ',
      ['64:22 Unexpected evidence dorps, expected one declared above'],
    ],
    [
      'case that expects no verdict',
      'expect: eliminated',
      'expect: ruled-out',
      [
        '65:11 Unexpected value, expected one of confirmed, eliminated, standing, unchecked, conflict at 0.expect',
      ],
    ],
    [
      'case with an unknown reason for no answer',
      'drops: 0, ',
      'drops: { unavailable: whatever }, ',
      [
        '64:12 Unexpected drops, expected unavailable: forbidden | timed-out | unreachable | rejected | not-found | no-data | crashed | cancelled | not-enabled',
      ],
    ],
    [
      'case with facts for a query',
      'drops: 0, ',
      'drops: { max: 0 }, ',
      ['64:12 Unexpected facts of drops, expected a number or rows of labels with a value'],
    ],
    [
      'case with a number for a look-up',
      'pods: { pods: 1 }',
      'pods: 1',
      ['64:22 Unexpected series of pods, expected the facts of the look-up workload'],
    ],
    [
      'case with an unknown fact',
      'pods: { pods: 1 }',
      'pods: { podz: 1 }',
      [
        '64:22 Unexpected pods.podz, expected one of pods, cpu_limited, containers, pods_with_pre_stop, host_network_pods, meshed_pods, oldest_pod_seconds, youngest_pod_seconds, serving',
      ],
    ],
    [
      'no table of cases',
      /```yaml\n- name[^]*```\n/,
      '',
      ['60:1 Unexpected empty section, expected a yaml table of cases'],
    ],
  ];

  test.each(mistakes)('%s', (_, from, to, said) => {
    const source = whole.replace(from, to);
    expect(source).not.toBe(whole);
    expect(problemsOf(source)).toEqual(said.map((one) => `causes/lossy.md:${one}`));
  });

  // What fails to parse takes with it what refers to it.
  test.each([
    [
      'evidence without a look',
      /```promql[^]*?```/,
      'soon',
      '10:1 Unexpected drops without a look, expected a promql, "yaml lookup" or "yaml probe" block below it',
    ],
    [
      'evidence without a name',
      '### `drops` Drops',
      '### Drops',
      '10:1 Unexpected heading, expected a name in code, as in "### `insert_failed` Lost insertions"',
    ],
    [
      'evidence with a reserved name',
      '### `drops` Drops',
      '### `window` Drops',
      '10:1 Unexpected name window, expected one that CEL does not keep for itself',
    ],
    [
      'two pieces of one name',
      '### `pods` Pods',
      '### `drops` Pods',
      '16:1 Unexpected second drops, expected a name of its own',
    ],
    [
      'unknown look-up',
      'lookup: workload',
      'lookup: wrkload',
      '19:9 Unexpected look-up wrkload, expected workload',
    ],
    [
      'look-up without its parameters',
      'lookup: workload',
      'lookup: daemonset_env',
      '19:1 Unexpected end, expected the parameter daemonset',
    ],
    ['look-up that is a list', 'lookup: workload', '- workload', '19:1 Unexpected array, expected object'],
  ])('%s', (_, from, to, first) => {
    expect(problemsOf(whole.replace(from, to))[0]).toBe(`causes/lossy.md:${first}`);
  });

  test('evidence that neither a rule nor a sentence reads', () => {
    const source = whole
      .replace('### `pods` Pods', '### `spare` Spare\n\n```promql\nup\n```\n\n### `pods` Pods')
      .replace('drops: 0, ', 'drops: 0, spare: 1, ');

    expect(problemsOf(source)).toEqual([
      'causes/lossy.md:16:1 Unexpected evidence spare, expected a rule or sentence that reads it',
    ]);
  });
});
