import { expect, test } from '@jest/globals';
import { missingCases } from '../../../core/playbook/case-requirements.ts';
import { parseCause } from '../../../core/playbook/cause.ts';
import type { PlaybookProblem } from '../../../core/playbook/problem.ts';

/** A whole cause, right in every way. */
const whole = `---
id: node-drops
title: A node drops packets
---

Prose.

## Evidence

### \`drops\` Dropped packets, by node

\`\`\`promql unit=count
sum by (node) (increase(node_drops_total{node=~"$nodes"}[$window]))
\`\`\`

### \`age\` How old the rules are

\`\`\`promql unit=seconds
max by (node) (time() - rules_last_timestamp_seconds)
\`\`\`

### \`dial\` Connects, from the node and from another

\`\`\`yaml probe
probe: tcp
to: $destination
from: [pod, other-node]
attempts: 300
\`\`\`

## Eliminated when

\`\`\`cel
drops.max < 1.0 && age.max < 60.0
\`\`\`

{drops.max} packets dropped in {window}.

## Confirmed when

\`\`\`cel
worse(dial.from("pod").failed, dial.from("pod").count, dial.from("other-node").failed, dial.from("other-node").count)
\`\`\`

{dial.from("pod").failed} of {dial.from("pod").count} connects failed.

Culprit: node {drops.top().labels["node"]}

## Otherwise

{drops.max} packets dropped.

## Look-alikes

[A race](race.md) as well.

## Cases

\`\`\`yaml
- name: it drops
  series: &lossy
    &drops node_drops_total{node="a"}: 0+9x120
    rules_last_timestamp_seconds{node="a"}: 0+15x120
  attempts: &failing
    dial:
      - { from: pod, times: 300, seconds: 3, error: timeout }
      - { from: other-node, times: 300, seconds: 0.001 }
  expect: confirmed
- name: none dropped
  look_alike: race
  series: { <<: *lossy, *drops : 0x120 }
  attempts: *failing
  expect: eliminated
- name: few
  series: *lossy
  given: { dial: { unavailable: not-enabled } }
  expect: unchecked
- name: same from elsewhere
  series: *lossy
  expect: standing
\`\`\`
`;

const known = new Set(['node-drops', 'race']);

function problemsOf(source: string): readonly PlaybookProblem[] {
  const file = 'causes/node-drops.md';
  const parsed = parseCause(source, file, { known });
  return 'problems' in parsed ? parsed.problems : missingCases(parsed.cause, { file, source, known });
}

/** What stands where a problem points to. */
function pointedAt(source: string, { line, column }: PlaybookProblem, length: number): string {
  const rest = source
    .split('\n')
    .slice(line - 1)
    .join('\n');
  return rest.slice(column - 1, column - 1 + length);
}

test('the cause itself has none, with line ends of Windows neither', () => {
  expect(problemsOf(whole)).toEqual([]);
  expect(problemsOf(whole.replaceAll('\n', '\r\n'))).toEqual([]);
});

/** What is replaced by what; where the one message points to; what it says. */
type Mistake = readonly [string, string | RegExp, string, string, string];

const blocks = 'expected a promql, "yaml lookup" or "yaml probe" block';
const frontMatter = 'Unexpected start, expected front matter: id and title between two lines of ---';
const oneColumn =
  'Unexpected ": " or indentation, expected quotes around a text with ": ", and the keys of one map in one column';
const verdicts = 'one of confirmed, eliminated, standing, unchecked, conflict';
const logic = '&& for and, || for or, ! for not';

const mistakes: readonly Mistake[] = [
  // The frame
  ['no front matter', /^---[^]*?---\n/, '', '', frontMatter],
  ['an empty line before the front matter', /^/, '\n', '', frontMatter],
  ['front matter without its end', 'packets\n---', 'packets', '---', frontMatter],
  ['a colon in the title', 'A node drops', 'A node: drops', 'A node', oneColumn],
  [
    'a misspelt section',
    '## Eliminated when',
    '## Eliminated if',
    '## Eliminated',
    'Unexpected section Eliminated if, expected Eliminated when',
  ],
  [
    'a section in another case',
    '## Confirmed when',
    '## Confirmed When',
    '## Conf',
    'Unexpected section Confirmed When, expected Confirmed when',
  ],
  [
    'applies that names evidence',
    'packets\n---',
    'packets\napplies: drops.max > 1.0\n---',
    'drops.max',
    'Unexpected name drops, expected target',
  ],
  // Evidence: what refers to it is not blamed as well
  [
    'a name without code',
    '### `drops`',
    '### drops',
    '### drops',
    'Unexpected heading, expected a name in code, as in "### `insert_failed` Lost insertions"',
  ],
  [
    'a name with a dash',
    '### `drops`',
    '### `node-drops`',
    '### `node',
    'Unexpected name node-drops, expected small letters, digits and _, as in insert_failed',
  ],
  [
    'a name twice',
    '### `age`',
    '### `drops`',
    '### `drops` How',
    'Unexpected second drops, expected a name of its own',
  ],
  ['a block of no language', '```promql unit=count', '```', '```\nsum', `Unexpected block "", ${blocks}`],
  [
    'a block that does not say what it asks',
    '```yaml probe',
    '```yaml',
    '```yaml',
    `Unexpected block "yaml", ${blocks}`,
  ],
  [
    'a block without its end',
    'timestamp_seconds)\n```',
    'timestamp_seconds)',
    '```yaml probe',
    'Unexpected begin of a block, expected ``` that ends the block above',
  ],
  [
    'a misspelt unit',
    'unit=seconds',
    'unit=second',
    '```promql unit',
    'Unexpected unit=second, expected unit=seconds',
  ],
  [
    'a unit with spaces',
    'unit=seconds',
    'unit = seconds',
    '```promql unit',
    'Unexpected unit, expected unit=text | count | number | percent | seconds | rate | bytes',
  ],
  ['a misspelt probe', 'probe: tcp', 'probe: tpc', 'tpc', 'Unexpected probe tpc, expected tcp'],
  [
    'a misspelt place',
    'other-node]',
    'othernode]',
    'othernode',
    'Unexpected place othernode, expected other-node',
  ],
  [
    'a misspelt parameter',
    'attempts: 300\n',
    'atempts: 300\n',
    'atempts',
    'Unexpected parameter atempts, expected attempts',
  ],
  [
    'a probe without its parameter',
    'to: $destination\n',
    '',
    'probe: tcp',
    'Unexpected end, expected the parameter to',
  ],
  [
    'evidence that nobody reads',
    '## Eliminated',
    '### `spare` Spare\n\n```promql\nup\n```\n\n## Eliminated',
    '### `spare`',
    'Unexpected evidence spare, expected a rule or sentence that reads it',
  ],
  [
    'a parameter where a text stands',
    '=~"$nodes"',
    '="$nodes"',
    '$nodes',
    'Unexpected place of $nodes, expected under =~, as in label=~"$nodes"',
  ],
  // Rules
  [
    'a misspelt fact',
    'drops.max <',
    'drops.maximum <',
    'maximum',
    'Unexpected fact maximum, expected one of series, max, min, mean, sum, count, samples, at(…), only(…), top(…), over(…), minus(…), worst(…), share_between(…), signature(…)',
  ],
  [
    'a method without its brackets',
    'drops.top()',
    'drops.top',
    'top',
    'Unexpected fact top, expected a fact of that evidence; did you mean top(…)?',
  ],
  [
    'all series instead of a number',
    'drops.max <',
    'drops <',
    'drops <',
    'Unexpected Metric < double, expected a number of that Metric, as in .max or .min',
  ],
  [
    'all attempts instead of a number',
    'drops.max <',
    'dial <',
    'dial <',
    'Unexpected Attempts < double, expected a number of those attempts, as in .failed or .count',
  ],
  ['one equals sign', 'drops.max < 1.0', 'drops.max = 1.0', '= 1.0', 'Unexpected =, expected =='],
  ['a word for a sign', '1.0 && age', '1.0 and age', 'and', `Unexpected and, expected ${logic}`],
  ['a bracket too few', '"other-node").count)\n', '"other-node").count\n', '', 'Unexpected end, expected )'],
  [
    'an arm that is not asked',
    '{dial.from("pod").failed}',
    '{dial.from("node").failed}',
    '"node"',
    'Unexpected place node, expected other-node',
  ],
  [
    'a label that is not told',
    '{drops.max} packets dropped.',
    '{dial.worst("zone").key} packets.',
    '"zone"',
    'Unexpected label zone, expected to, error, client, backend, source_port',
  ],
  [
    'a label that is not told, of one arm',
    '{drops.max} packets dropped.',
    '{dial.from("pod").worst("zone").key} packets.',
    '"zone"',
    'Unexpected label zone, expected to, error, client, backend, source_port',
  ],
  [
    'two units',
    'age.max < 60.0',
    'age.max < drops.max',
    'age.max',
    'Unexpected count, expected seconds as on the left of <',
  ],
  [
    'a culprit in small letters',
    'Culprit: node',
    'culprit: node',
    'culprit',
    'Unexpected culprit:, expected "Culprit: " and who did it',
  ],
  [
    'a hole as in a shell',
    '{drops.max} packets dropped.',
    '${drops.max} packets dropped.',
    '$',
    'Unexpected $ before a hole, expected {…} alone',
  ],
  [
    'a cause that looks like itself',
    '(race.md)',
    '(node-drops.md)',
    '[A race]',
    'Unexpected link node-drops.md, expected the file of another cause, as in conntrack-table-full.md',
  ],
  // Cases
  ['a tab', '  look_alike: race', '\tlook_alike: race', '\t', 'Unexpected tab, expected spaces'],
  ['a key in another column', '  look_alike: race', '    look_alike: race', 'none dropped', oneColumn],
  [
    'a key a column too far left',
    '  look_alike: race',
    ' look_alike: race',
    ' look',
    'Unexpected indentation, expected the keys of one map in one column',
  ],
  [
    'an alias of nothing',
    'series: *lossy\n  given',
    'series: *losy\n  given',
    '*losy',
    'Unexpected *losy, expected *lossy',
  ],
  [
    'an alias of nothing, and none is near',
    'series: *lossy\n  given',
    'series: *behind\n  given',
    '*behind',
    'Unexpected *behind, expected an anchor &behind above it',
  ],
  [
    'an alias that swallows its colon',
    '*drops : 0',
    '*drops: 0',
    '*drops:',
    'Unexpected *drops: as a key, expected a space before its colon, as in *drops : 1',
  ],
  [
    'the same in a block',
    'series: { <<: *lossy, *drops : 0x120 }',
    'series:\n    *drops: 0x120',
    '*drops:',
    'Unexpected *drops: as a key, expected a space before its colon, as in *drops : 1',
  ],
  [
    'a map that is not merged in',
    '{ <<: *lossy,',
    '{ *lossy,',
    '*lossy',
    'Unexpected *lossy as a key, expected <<: *lossy',
  ],
  [
    'the value of a probe that makes attempts',
    'dial: { unavailable: not-enabled }',
    'dial: 3',
    'dial',
    'Unexpected value of dial, expected attempts, or unavailable: <reason>',
  ],
  [
    'a misspelt key',
    'look_alike: race',
    'look-alike: race',
    'look-alike',
    'Unexpected look-alike at 1, expected look_alike',
  ],
  [
    'a misspelt key of the target',
    'look_alike: race',
    'look_alike: race\n  target: { servce: x }',
    'servce',
    'Unexpected servce at 1.target, expected service',
  ],
  ['no verdict', '  expect: standing\n', '', 'name: same', `Unexpected end, expected 3.expect: ${verdicts}`],
  [
    'a misspelt verdict',
    'expect: standing',
    'expect: stands',
    'stands',
    `Unexpected value, expected ${verdicts} at 3.expect`,
  ],
  [
    'seconds with their unit',
    'seconds: 3,',
    'seconds: 3s,',
    '3s',
    'Unexpected value, expected seconds, as in 0.02 or [0.02, 0.03] at 0.attempts.dial.0.seconds',
  ],
  [
    'a mistake that others share, said once',
    '0+15x120',
    '[0, 15]',
    '[0, 15]',
    'Unexpected value, expected samples such as 0+10x120 at 0.series.rules_last_timestamp_seconds{node="a"}',
  ],
  [
    'a key twice',
    'expect: standing',
    'expect: standing\n  expect: standing',
    'expect: standing\n`',
    'Unexpected second key of this name, expected each once',
  ],
  [
    'a name twice',
    '- name: few',
    '- name: none dropped',
    'none dropped\n  series: *',
    'Unexpected second case none dropped, expected a name of its own',
  ],
  [
    'a metric that the query names otherwise',
    'node_drops_total{node="a"}',
    'node_drop_total{node="a"}',
    'node_drop_total',
    'Unexpected metric node_drop_total, expected node_drops_total, which a query asks for',
  ],
  [
    'a verdict that no case shows',
    'expect: standing',
    'expect: conflict',
    '## Cases',
    'Unexpected cases without one of standing, expected at least one each',
  ],
  [
    'a double that no case tells apart',
    '  look_alike: race\n',
    '',
    '[A race]',
    'Unexpected look-alike without a case, expected one with look_alike: race',
  ],
];

test.each(mistakes)('%s', (_, from, to, at, said) => {
  const source = whole.replace(from, () => to);
  expect(source).not.toBe(whole);
  const problems = problemsOf(source);
  expect(problems.map(({ message }) => message)).toEqual([said]);
  expect(problems.map((one) => pointedAt(source, one, at.length))).toEqual([at]);
});
