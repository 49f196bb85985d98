import { expect, test } from '@jest/globals';
import { compile, languageOf } from '../../../core/playbook/cel.ts';
import { formatProblem, Problems } from '../../../core/playbook/problem.ts';

const language = languageOf(
  new Map([
    ['drops', { source: 'promql', unit: 'count' }],
    ['connects', { source: 'probe' }],
    ['pods', { source: 'cluster', lookup: 'workload' }],
    ['kernel', { source: 'probe', facts: { Tcp_RetransSegs: 'double', seconds: 'double' } }],
    ['odd', { source: 'cluster', lookup: 'no-such' }],
  ]),
);

function problemsOf(text: string): string[] {
  const problems = new Problems('x.md');
  compile(language, { text, line: 1, column: 1 }, 'text', problems);
  return problems.found.map(formatProblem);
}

const declared = 'expected the name of evidence declared in this file';
const ofThat = 'expected a fact of that evidence';
const ofMetric =
  'expected one of series, max, min, mean, sum, count, samples, at(…), only(…), top(…), over(…), minus(…), worst(…), share_between(…), signature(…)';

test.each([
  // Names
  ['drosp.max', `1:1 Unexpected name drosp, ${declared}; did you mean drops?`],
  ['1.0 + targt.nodes', `1:7 Unexpected name targt, ${declared}; did you mean target?`],
  ['windoww', `1:1 Unexpected name windoww, ${declared}; did you mean window?`],
  ['recnt', `1:1 Unexpected name recnt, ${declared}; did you mean recent?`],
  ['xyzzyxyzzy', `1:1 Unexpected name xyzzyxyzzy, ${declared}`],
  // Facts: of a metric, of attempts, of what a look-up finds, of the target
  ['drops.maxx', `1:7 Unexpected fact maxx, ${ofThat}; did you mean max?`],
  ['connects.faild', `1:10 Unexpected fact faild, ${ofThat}; did you mean failed?`],
  ['pods.cpu_limitd', `1:6 Unexpected fact cpu_limitd, ${ofThat}; did you mean cpu_limited?`],
  ['target.servce', `1:8 Unexpected fact servce, ${ofThat}; did you mean service?`],
  ['target.destinatoin', `1:8 Unexpected fact destinatoin, ${ofThat}; did you mean destination?`],
  ['drops.qwertyuiop', `1:7 Unexpected fact qwertyuiop, ${ofMetric}`],
  // A fact that something else has is no misspelling.
  ['drops.last', `1:7 Unexpected fact last, ${ofMetric}`],
  ['kernel.Tcp_RetransSeg', `1:8 Unexpected fact Tcp_RetransSeg, ${ofThat}; did you mean Tcp_RetransSegs?`],
  ['kernel.failed', '1:8 Unexpected fact failed, expected one of Tcp_RetransSegs, seconds'],
  // Evidence that is nothing but its facts
  ...['kernel', 'kernel > 1.0', 'kernel.from("pod").failed', '!kernel', 'rarer(kernel, 1.0, 0.1)'].map(
    (text): [string, string] => [
      text,
      '1:1 Unexpected kernel as a whole, expected one of its facts, as in kernel.Tcp_RetransSegs',
    ],
  ),
  ['pods.top()', '1:1 Unexpected pods as a whole, expected one of its facts, as in pods.pods'],
  // Operands
  ['drops.max == 0', '1:1 Unexpected double == int, expected numbers with a decimal point, as in 0.0'],
  ['target.service + drops.max', '1:1 Unexpected string + double, expected two values of the same type'],
  // Calls: of a method that is there, nearly there, not there; of a function likewise
  [
    'drops.at("node").max',
    '1:1 Unexpected call at(string), expected metric.at(label, value), numbers with a decimal point',
  ],
  ['drops.tpo().max', '1:1 Unexpected call tpo(), expected metric.top()'],
  ['connects.worts("to").failed', '1:1 Unexpected call worts(string), expected attempts.worst(label)'],
  [
    'enough(drops.max, 1)',
    '1:1 Unexpected call enough(double, int), expected enough(attempts, rate), numbers with a decimal point',
  ],
  [
    'rarre(drops.max, 1.0)',
    '1:1 Unexpected call rarre(double, double), expected rarer(failures, attempts, rate)',
  ],
  // The rest
  ['drops.max >', '1:12 Unexpected end, expected the rest of an expression'],
])('%s', (text, said) => {
  expect(problemsOf(text)).toEqual([`x.md:${said}`]);
});

test.each([
  [
    'connects.frobnicate()',
    /Unexpected call frobnicate\(\), expected one of attempts\.from\(placement\), (?!.*metric\.)/,
  ],
  [
    'frobnicate(1.0)',
    /Unexpected call frobnicate\(double\), expected one of enough\(attempts, rate\), (?!.*metric\.)/,
  ],
])('%s is told all that there is', (text, said) => {
  expect(problemsOf(text)).toEqual([expect.stringMatching(said)]);
});
