import { describe, expect, test } from '@jest/globals';
import { languageOf } from '../../../core/playbook/cel.ts';
import type { Declaration } from '../../../core/playbook/explain.ts';
import { readFix, type Fix } from '../../../core/playbook/fix.ts';
import { parseDocument } from '../../../core/playbook/markdown.ts';
import { formatProblem, Problems } from '../../../core/playbook/problem.ts';
import { context } from '../../support/causes.ts';

const language = languageOf(
  new Map<string, Declaration>([['port', { source: 'cluster', lookup: 'target_port' }]]),
);
const seen = new Map([
  ['port', { status: 'observed' as const, samples: 1, facts: { suggested_port: '8080', port: 80 } }],
]);

function read(source: string): { fix?: Fix | undefined; said: string[] } {
  const problems = new Problems('x.md');
  const [section] = parseDocument(source).sections;
  const fix = readFix(section, { source, language, problems });
  return { fix, said: problems.found.map(formatProblem) };
}

const whole = `## Fix

Send {target.service} to {port.suggested_port}.

\`\`\`yaml fix
remediation: service-target-port
params:
  target_port: '{port.suggested_port}'
\`\`\`

Somebody should know why.

Risk: port {port.port | count} may
go elsewhere.

Worked if: {target.service}
answers.
`;

describe('a fix', () => {
  test('is a change, what it does, what may go wrong, and how one sees that it helped', () => {
    const { fix, said } = read(whole);
    expect(said).toEqual([]);
    expect(fix?.remediation).toBe('service-target-port');
    expect(Object.keys(fix?.params ?? {})).toEqual(['target_port']);
    const sentences = [fix?.params['target_port'], fix?.summary, fix?.risk, fix?.workedIf];
    expect(sentences.map((one) => one?.render(seen, context))).toEqual([
      '8080',
      'Send cart to 8080.',
      'port 80 may go elsewhere.',
      'cart answers.',
    ]);
  });

  test.each([
    [
      'its last paragraphs the other way round',
      whole.replace(/(Risk: [^]*?\n\n)(Worked if: [^]*)/, '$2\n$1'),
    ],
    ['no word besides', whole.replace('Somebody should know why.\n\n', '')],
  ])('may have %s', (_, source) => {
    expect(source).not.toBe(whole);
    const { fix, said } = read(source);
    expect(said).toEqual([]);
    expect(fix?.risk.render(seen, context)).toBe('port 80 may go elsewhere.');
    expect(fix?.workedIf.render(seen, context)).toBe('cart answers.');
  });

  test.each([
    ['no section', ''],
    ['prose', '## Fix\n\nAsk somebody.\n'],
    ['code for people', '## Fix\n\nType this:\n\n```sh\nkubectl\n```\n'],
    ['YAML for people', '## Fix\n\nApply this:\n\n```yaml\nremediation: service-selector\n```\n'],
  ])('is none where there is only %s', (_, source) => {
    expect(read(source)).toEqual({ fix: undefined, said: [] });
  });

  test.each<[string, string | RegExp, string, ...string[]]>([
    [
      'no sentence before it',
      'Send {target.service} to {port.suggested_port}.\n\n',
      '',
      '4:1 Unexpected start, expected a sentence that says what the fix does',
    ],
    ['no risk', 'Risk: ', 'Rsik: ', '6:1 Unexpected end, expected a paragraph "Risk: …" below the fix'],
    [
      'nothing to see whether it worked by',
      'Worked if: ',
      'It worked if ',
      '6:1 Unexpected end, expected a paragraph "Worked if: …" below the fix',
    ],
    [
      'neither',
      /Risk: [^]*/,
      '',
      '6:1 Unexpected end, expected a paragraph "Risk: …" below the fix',
      '6:1 Unexpected end, expected a paragraph "Worked if: …" below the fix',
    ],
    [
      'an unknown name in the risk',
      '{port.port | count}',
      '{prot.port}',
      '13:13 Unexpected name prot, expected the name of evidence declared in this file; did you mean port?',
    ],
    [
      'an unknown fact on the second line',
      '\nanswers',
      '\n{target.nod} answers',
      '17:9 Unexpected fact nod, expected a fact of that evidence; did you mean nodes?',
    ],
    [
      'an unknown fact in the summary',
      '{target.service} to',
      '{target.nodez} to',
      '3:14 Unexpected fact nodez, expected a fact of that evidence; did you mean nodes?',
    ],
    [
      'an unknown remediation',
      'service-target-port',
      'service-target-prot',
      '6:14 Unexpected remediation service-target-prot, expected service-target-port',
    ],
    [
      'a remediation unlike any',
      'service-target-port',
      'nonsense',
      '6:14 Unexpected remediation nonsense, expected service-selector, service-target-port',
    ],
    [
      'an unknown parameter',
      "target_port: '",
      "port: '",
      '8:3 Unexpected parameter port, expected target_port',
      '6:1 Unexpected end, expected the parameter target_port',
    ],
    ['no parameters', /params:\n.*\n/, '', '6:1 Unexpected end, expected the parameter target_port'],
    [
      'no remediation',
      'remediation: service-target-port\n',
      '',
      '6:1 Unexpected end, expected remediation (string)',
    ],
    ['another key', 'params:', 'dry: true\nparams:', '7:1 Unexpected dry, expected remediation, params'],
    [
      'a parameter that is no text',
      "'{port.suggested_port}'\n",
      '8080\n',
      '8:16 Unexpected number, expected string at params.target_port',
    ],
  ])('with %s is refused', (_, from, to, ...said) => {
    const source = whole.replace(from, to);
    expect(source).not.toBe(whole);
    expect(read(source).said).toEqual(said.map((one) => `x.md:${one}`));
  });

  test.each([
    ['its remediation', 'service-target-port', 'nonsense'],
    ['its risk', 'Risk: ', 'Rsik: '],
    ['its sign of success', 'Worked if: ', 'Worked when: '],
  ])('is none as long as %s is wrong', (_, from, to) => {
    expect(read(whole.replace(from, to)).fix).toBeUndefined();
  });
});
