import { describe, expect, test } from '@jest/globals';
import { languageOf } from '../../../core/playbook/cel.ts';
import type { Declaration } from '../../../core/playbook/explain.ts';
import { readFixes, type Fix } from '../../../core/playbook/fix.ts';
import { parseDocument } from '../../../core/playbook/markdown.ts';
import { formatProblem, Problems } from '../../../core/playbook/problem.ts';
import { RemediationId } from '../../../core/remediation/kinds.ts';
import { context } from '../../support/causes.ts';

const language = languageOf(
  new Map<string, Declaration>([['port', { source: 'cluster', lookup: 'target_port' }]]),
);
const seen = new Map([
  ['port', { status: 'observed' as const, samples: 1, facts: { suggested_port: '8080', port: 80 } }],
]);

function readAll(source: string): { fixes: readonly Fix[]; said: string[] } {
  const problems = new Problems('x.md');
  const [section] = parseDocument(source).sections;
  const fixes = readFixes(section, { source, language, problems });
  return { fixes, said: problems.found.map(formatProblem) };
}

function read(source: string): { fix: Fix | undefined; said: string[] } {
  const { fixes, said } = readAll(source);
  return { fix: fixes[0], said };
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
    expect(fix?.params['target_port']?.fill(seen, context)).toBe('8080');
    const sentences = [fix?.summary, fix?.risk, fix?.workedIf];
    expect(sentences.map((one) => one?.render(seen, context))).toEqual([
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
      '4:1 Unexpected block without a sentence, expected a paragraph above it that says what it does',
    ],
    ['no risk', 'Risk: ', 'Rsik: ', '6:1 Unexpected end, expected a paragraph "Risk: …" below the block'],
    [
      'nothing to see whether it worked by',
      'Worked if: ',
      'It worked if ',
      '6:1 Unexpected end, expected a paragraph "Worked if: …" below the block',
    ],
    [
      'neither',
      /Risk: [^]*/,
      '',
      '6:1 Unexpected end, expected a paragraph "Risk: …" below the block',
      '6:1 Unexpected end, expected a paragraph "Worked if: …" below the block',
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
      `6:14 Unexpected remediation nonsense, expected one of ${RemediationId.options.join(', ')}`,
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
    [
      'another key',
      'params:',
      'dry: true\nparams:',
      '7:1 Unexpected dry, expected remediation, when, params',
    ],
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

const fence = (yaml: string): string => `\`\`\`yaml fix\n${yaml}\n\`\`\`\n`;
const one = (yaml: string): string => `## Fix\n\nDo it.\n\n${fence(yaml)}\nRisk: some.\n\nWorked if: so.\n`;

describe('several fixes', () => {
  const second = `Or let {target.workload} be.

${fence("remediation: rollout-restart\nwhen: port.port > 1.0\nparams: { workload: '{target.workload}' }")}
Risk: the other risk.

Worked if: the other sign.
`;

  test('have their own sentence, risk and sign of success, in the order of the file', () => {
    const { fixes, said } = readAll(`${whole}\nMind this.\n\n${second}`);
    expect(said).toEqual([]);
    expect(
      fixes.map(({ remediation, summary, risk, workedIf }) => [
        remediation,
        ...[summary, risk, workedIf].map((text) => text.render(seen, context)),
      ]),
    ).toEqual([
      ['service-target-port', 'Send cart to 8080.', 'port 80 may go elsewhere.', 'cart answers.'],
      ['rollout-restart', 'Or let Deployment/cart be.', 'the other risk.', 'the other sign.'],
    ]);
    expect(fixes.map(({ when }) => when?.text)).toEqual([undefined, 'port.port > 1.0']);
    expect(fixes[1]?.when?.evaluate(seen, context)).toEqual({ value: true });
  });

  test.each([
    [
      'its sentence',
      'Or let {target.workload} be.\n\n',
      '20:1 Unexpected block without a sentence, expected a paragraph above it that says what it does',
    ],
    [
      'its risk',
      'Risk: the other risk.\n\n',
      '22:1 Unexpected end, expected a paragraph "Risk: …" below the block',
    ],
  ])('do not lend each other %s', (_, missing, said) => {
    expect(readAll(`${whole}\n${second.replace(missing, '')}`)).toMatchObject({
      fixes: [{ remediation: 'service-target-port' }],
      said: [`x.md:${said}`],
    });
  });
});

test.each([
  ['port.prot > 1.0', '6:12 Unexpected fact prot, expected a fact of that evidence; did you mean port?'],
  ['port.port', '6:7 Unexpected rule of type double, expected bool'],
  [
    "'!prt'",
    '6:9 Unexpected name prt, expected the name of evidence declared in this file; did you mean port?',
  ],
  [
    '|\n  port.port > 1.0\n  && prot.port > 1.0',
    '8:6 Unexpected name prot, expected the name of evidence declared in this file; did you mean port?',
  ],
])('the condition %j is refused where its mistake is', (when, said) => {
  expect(
    read(one(`when: ${when}\nremediation: rollout-restart\nparams: { workload: Deployment/x }`)).said,
  ).toEqual([`x.md:${said}`]);
});

describe('a value without holes', () => {
  test.each([
    ['rollout-restart', { workload: 'kube-system/Deployment/coredns' }],
    ['pod-annotation', { workload: '{target.workload}', name: 'linkerd.io/inject', value: 'disabled' }],
    [
      'pod-annotation',
      { workload: '{target.workload}', name: 'linkerd.io/inject', value: '{port.suggested_port}' },
    ],
    ['pod-dns-option', { workload: '{target.workload}', option: 'ndots', value: '2' }],
    ['cni-setting', { name: 'AWS_VPC_K8S_CNI_EXTERNALSNAT' }],
  ])('of %s is right: %j', (remediation, params) => {
    expect(read(one(`remediation: ${remediation}\nparams: ${JSON.stringify(params)}`)).said).toEqual([]);
  });

  test.each([
    ['scale', { workload: '{target.workload}', replicas: '51' }, '51, expected replicas from 1 to 50'],
    [
      'rollout-restart',
      { workload: 'Job/once' },
      'Job/once, expected a workload such as Deployment/checkout or kube-system/DaemonSet/aws-node',
    ],
    ['cordon', { node: 'A b' }, 'A b, expected the name of an object'],
    [
      'pod-annotation',
      { workload: '{target.workload}', name: 'linkerd.io/inject', value: 'off' },
      'off, expected a value that this annotation can have',
    ],
    [
      'pod-dns-option',
      { workload: '{target.workload}', option: 'ndots' },
      'ndots, expected a value for ndots, and none for the others',
    ],
    [
      'graceful-shutdown',
      { workload: 'Deployment/x', pre_stop_seconds: '60', grace_seconds: '50' },
      '50, expected grace_seconds above pre_stop_seconds',
    ],
    ['manual', { commands: '' }, 'empty value, expected a value'],
  ])('of %s is wrong: %j', (remediation, params, said) => {
    const source = one(`remediation: ${remediation}\nparams: ${JSON.stringify(params)}`);
    const [value] = said.split(',');
    const column = source.split('\n')[6]?.lastIndexOf(value === 'empty value' ? '""' : `"${value}"`) ?? 0;
    expect(read(source).said).toEqual([`x.md:7:${column + 2} Unexpected ${said}`]);
  });
});

describe('commands', () => {
  const manual = (...lines: readonly string[]): string =>
    one(`remediation: manual\nparams:\n  commands: |\n${lines.map((line) => `    ${line}`).join('\n')}`);
  const typed = (source: string, facts = {}): string | undefined => {
    const observed = { status: 'observed' as const, samples: 1, facts: { suggested_port: '8080', ...facts } };
    return read(source).fix?.params['commands']?.fill(new Map([['port', observed]]), context);
  };

  test('keep their lines and spaces, and have braces', () => {
    const source = manual(
      '# First',
      'for x in a; do',
      '  kubectl  -n {target.namespace} patch -p \'{{"port":{{"to":{port.suggested_port}}}}}\'',
      'done',
    );
    expect(read(source).said).toEqual([]);
    expect(typed(source)).toBe(
      `# First\nfor x in a; do\n  kubectl  -n shop patch -p '{"port":{"to":8080}}'\ndone`,
    );
    expect(typed(manual('one {port.suggested_port}'))).toBe('one 8080');
    expect(typed(one("remediation: manual\nparams: { commands: 'kubectl get {port.suggested_port}' }"))).toBe(
      'kubectl get 8080',
    );
  });

  test.each([
    '; rm -rf /',
    '$(id)',
    '`id`',
    "'",
    '"',
    'a\n;b',
    '-f',
    'a --all',
    '',
    'a*',
    '~',
    '<x',
    'a&b',
    '(unknown)',
    '=ls',
  ])('are none with %j in a hole', (suggested_port) => {
    expect(typed(manual('kubectl get {port.suggested_port}'), { suggested_port })).toBeUndefined();
  });

  test.each(['a', 'a b', 'app=cart,tier=web', 'example.com:443', '2001:db8::1', 'kube-system/x'])(
    'have %j in a hole as it is',
    (suggested_port) => {
      expect(typed(manual('kubectl get {port.suggested_port}'), { suggested_port })).toBe(
        `kubectl get ${suggested_port}`,
      );
    },
  );

  test.each([
    [
      "awk '{{print $1}'",
      '10:20 Unexpected }, expected }} for one brace, or a whole hole, as in {target.service}',
    ],
    ['x {', '10:7 Unexpected {, expected {{ for one brace, or a whole hole, as in {target.service}'],
    [
      '  {prt.port}',
      '10:8 Unexpected name prt, expected the name of evidence declared in this file; did you mean port?',
    ],
  ])('with %j are refused', (line, said) => {
    expect(read(manual('first', line)).said).toEqual([`x.md:${said}`]);
  });
});
