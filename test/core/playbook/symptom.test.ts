import { describe, expect, test } from '@jest/globals';
import { formatProblem } from '../../../core/playbook/problem.ts';
import { parseSymptom } from '../../../core/playbook/symptom.ts';

const whole = `---
id: slow
title: All is slow
when: People wait
alerts:
  - 'Latency.*High'
messages:
  - 'timed? ?out'
  - 'i/o timeout'
---

Prose.

## Causes

- [One](causes/one.md): why
- [Two](./causes/two.md): why
`;
const known = new Set(['one', 'two']);

function problemsOf(source: string, file = 'playbooks/slow.md'): string[] {
  const parsed = parseSymptom(source, file, known);
  return 'problems' in parsed ? parsed.problems.map(formatProblem) : [];
}

describe('a symptom', () => {
  const parsed = parseSymptom(whole, 'playbooks/slow.md', known);
  const symptom = 'symptom' in parsed ? parsed.symptom : undefined;

  test('is what people see, and the causes that could explain it, in their order', () => {
    expect(symptom).toMatchObject({
      id: 'slow',
      title: 'All is slow',
      when: 'People wait',
      causes: ['one', 'two'],
    });
  });

  test.each([
    ['CheckoutLatencyIsHigh', true, false],
    ['latency high', true, false],
    ['LatencyLow', false, false],
    ['Upstream timed out (110)', false, true],
    ['I/O TIMEOUT', false, true],
    ['time', false, false],
  ])('knows what points to it, whatever its case: %s', (text, alert, message) => {
    expect(symptom?.alerts.some((one) => one.test(text))).toBe(alert);
    expect(symptom?.messages.some((one) => one.test(text))).toBe(message);
  });

  test('needs neither alerts nor messages', () => {
    const source = whole.replace(/alerts:[^]*?---/, '---');
    const bare = parseSymptom(source, 'slow.md', known);
    expect('symptom' in bare && bare.symptom).toMatchObject({ alerts: [], messages: [] });
  });

  test.each<[string, string | RegExp, string, ...string[]]>([
    [
      'a pattern that is none',
      "'Latency.*High'",
      "'Latency(High'",
      '6:5 Unexpected pattern, expected a regular expression: Invalid regular expression: /Latency(High/i: Unterminated group at alerts.0',
    ],
    [
      'a message that is none',
      "'i/o timeout'",
      "'[z-a]'",
      '9:5 Unexpected pattern, expected a regular expression: Invalid regular expression: /[z-a]/i: Range out of order in character class at messages.1',
    ],
    [
      'a pattern that is no text',
      "'i/o timeout'",
      '42',
      '9:5 Unexpected number, expected string at messages.1',
    ],
    [
      'no list of patterns',
      /alerts:\n.*\n/,
      'alerts: Latency\n',
      '5:9 Unexpected string, expected array at alerts',
    ],
    ['no time to ask for it', 'when: People wait\n', '', '2:1 Unexpected end, expected when (string)'],
    [
      'an empty one',
      'when: People wait',
      "when: ''",
      '4:7 Too small: expected string to have >=1 characters at when',
    ],
    ['another key', 'when:', 'whne: x\nwhen:', '4:7 Unexpected whne'],
    [
      'an id that is no file name',
      'id: slow',
      'id: Slow one',
      '2:5 Unexpected value, expected words-like-this at id',
    ],
    [
      'the id of another file',
      'id: slow',
      'id: quick',
      '2:1 Unexpected id quick, expected slow, the name of the file',
    ],
    [
      'no front matter',
      /^---[^]*?---\n/,
      '',
      '1:1 Unexpected start, expected front matter with id and title',
    ],
    [
      'a cause that is not there',
      'causes/two.md',
      'causes/three.md',
      '17:3 Unexpected link ./causes/three.md, expected a file of causes/',
    ],
    [
      'no list of causes',
      /- \[[^]*/,
      'None.',
      '1:1 Unexpected end, expected a section "## Causes" with a list of links',
    ],
    [
      'no section of causes',
      '## Causes',
      '## Reasons',
      '1:1 Unexpected end, expected a section "## Causes" with a list of links',
    ],
  ])('with %s is refused', (_, from, to, ...said) => {
    const source = whole.replace(from, to);
    expect(source).not.toBe(whole);
    expect(problemsOf(source)).toEqual(said.map((one) => `playbooks/slow.md:${one}`));
  });
});
