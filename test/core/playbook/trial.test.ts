import { describe, expect, test } from '@jest/globals';
import { languageOf } from '../../../core/playbook/cel.ts';
import { parseDocument } from '../../../core/playbook/markdown.ts';
import { formatProblem, Problems } from '../../../core/playbook/problem.ts';
import { readTrial, type Trial } from '../../../core/playbook/trial.ts';
import { context } from '../../support/causes.ts';

const causes = { own: 'slow-sidecar', known: new Set(['slow-sidecar', 'far-end-closes', 'syn-loss']) };

function read(
  source: string,
  given: Parameters<typeof readTrial>[1] = causes,
): { trial: Trial | undefined; said: string[] } {
  const problems = new Problems('x.md');
  const [section] = parseDocument(source).sections;
  const trial = readTrial(section, given, { source, language: languageOf(new Map()), problems });
  return { trial, said: problems.found.map(formatProblem) };
}

const whole = `## Trial

Take the sidecar away from {target.workload}.

\`\`\`yaml trial
remediation: pod-annotation
when: target.mesh == "linkerd"
params: { workload: '{target.workload}', name: linkerd.io/inject, value: disabled }
minutes: 30
expect:
  - { cause: slow-sidecar, then: 'nothing fails from {target.service}' }
  - cause: far-end-closes
    then: it fails as before
\`\`\`

Risk: no mTLS of {target.workload}.
`;

describe('a trial', () => {
  test('is a change for some minutes, and what each cause makes of it', () => {
    const { trial, said } = read(whole);
    expect(said).toEqual([]);
    expect(trial).toMatchObject({ remediation: 'pod-annotation', seconds: 1800 });
    const say = (one: { render: Trial['summary']['render'] } | undefined): string | undefined =>
      one?.render(new Map(), context);
    expect([trial?.summary, trial?.risk, trial?.workedIf].map(say)).toEqual([
      'Take the sidecar away from Deployment/cart.',
      'no mTLS of Deployment/cart.',
      'nothing fails from cart',
    ]);
    expect(trial?.expect.map(({ cause, then }) => [cause, say(then)])).toEqual([
      ['slow-sidecar', 'nothing fails from cart'],
      ['far-end-closes', 'it fails as before'],
    ]);
    expect(trial?.when?.evaluate(new Map(), context)).toEqual({ value: false });
  });

  test('is none without a section', () => {
    expect(read('')).toEqual({ trial: undefined, said: [] });
  });

  test('may speak of causes that nobody knows where not all are known, as in a recording', () => {
    expect(
      read(whole.replace('far-end-closes', 'gone'), { own: 'slow-sidecar', known: undefined }).said,
    ).toEqual([]);
  });

  test.each<[string, string | RegExp, string, ...string[]]>([
    ['no block', 'yaml trial', 'yaml', '1:1 Unexpected empty section, expected a yaml trial block'],
    [
      'a block of another kind',
      'yaml trial',
      'yaml fix',
      '1:1 Unexpected empty section, expected a yaml trial block',
    ],
    [
      'a change that lasts',
      'remediation: pod-annotation',
      'remediation: scale',
      '6:14 Unexpected remediation scale, expected one of pod-annotation, pod-dns-option, cordon',
    ],
    [
      'too many minutes',
      'minutes: 30',
      'minutes: 31',
      '9:10 Unexpected value, expected minutes from 1 to 30 at minutes',
    ],
    [
      'no minute',
      'minutes: 30',
      'minutes: 0',
      '9:10 Unexpected value, expected minutes from 1 to 30 at minutes',
    ],
    [
      'half a minute',
      'minutes: 30',
      'minutes: 0.5',
      '9:10 Unexpected value, expected minutes from 1 to 30 at minutes',
    ],
    ['no risk', /Risk: .*/, '', '6:1 Unexpected end, expected a paragraph "Risk: …" below the block'],
    [
      'a cause that is none',
      'cause: far-end-closes',
      'cause: far-end-close',
      '12:12 Unexpected cause far-end-close, expected far-end-closes',
    ],
    [
      'nothing that speaks for its own cause',
      'cause: slow-sidecar',
      'cause: syn-loss',
      '6:1 Unexpected end, expected what would speak for slow-sidecar',
    ],
    [
      'an unknown name in what is expected',
      '{target.service}',
      '{target.servic}',
      '11:62 Unexpected fact servic, expected a fact of that evidence; did you mean service?',
    ],
    [
      'a value that does not fit',
      'value: disabled',
      'value: gone',
      '8:74 Unexpected gone, expected a value that this annotation can have',
    ],
  ])('with %s is refused', (_, from, to, ...said) => {
    const source = whole.replace(from, to);
    expect(source).not.toBe(whole);
    expect(read(source).said).toEqual(said.map((one) => `x.md:${one}`));
  });

  test('is one at most', () => {
    const block = whole.slice(whole.indexOf('```yaml'), whole.indexOf('Risk:'));
    expect(read(`${whole}\nAnd more.\n\n${block}`).said).toEqual([
      'x.md:21:1 Unexpected second trial, expected one at most',
    ]);
  });
});
