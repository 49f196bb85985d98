import fc from 'fast-check';
import type { Cause } from '../../core/playbook/cause.ts';
import { functionsFor } from '../../core/playbook/vocabulary/functions.ts';
import { types } from '../../core/playbook/vocabulary/types.ts';
import { causeOf, lookup, probe, promql } from './causes.ts';

/** What the expressions below read: two metrics, a probe with two arms, a look-up, a probe that finds facts. */
const evidence = [
  promql('m', 'm', 'unit=count'),
  promql('m2', 'm2', 'unit=count'),
  probe('t', 'probe: tcp\nto: a:1\nfrom: [pod, node]\nattempts: 50\nup_to: 600'),
  lookup('w', 'lookup: workload'),
  probe('kernel', 'probe: counters\nfrom: [target-pod]'),
];

/** A literal for an argument, by its name. */
type Literals = Readonly<Record<string, string>>;
const ofMetric: Literals = {
  label: '"node"',
  value: '"node-a"',
  placement: '"pod"',
  from: '0.5',
  to: '1.0',
  seconds: '1.0',
  q: '0.9',
  other: 'm2',
  attempts: 'm2',
  load: 'm2.only()',
};
/** The attempts of a probe have labels of their own. */
const ofProbe: Literals = { ...ofMetric, label: '"backend"', value: '"10.0.0.1"', control: 't.from("node")' };

/** Every fact that can be read of something of a type, through at most `depth` fields and methods. */
function factsOf(
  literals: Literals,
  type: string,
  expression: string,
  depth: number,
): { text: string; type: string }[] {
  if (type === 'list<Series>') return factsOf(literals, 'Series', `${expression}[0]`, depth);
  if (type === 'map<string, string>') return [{ text: `${expression}["node"]`, type: 'string' }];
  if (type === 'list<string>') return [{ text: `${expression}[0]`, type: 'string' }];
  const words = types[type];
  if (words === undefined) return [{ text: expression, type }];
  if (depth === 0) return [];
  return [
    ...Object.entries(words.fields).flatMap(([name, field]) =>
      factsOf(literals, field.type, `${expression}.${name}`, depth - 1),
    ),
    ...Object.entries(words.methods).flatMap(([name, call]) => {
      // Two series are compared with one another, metrics with metrics.
      const args = call.args.map((one) =>
        one.type === 'Series' ? 'm2.only()' : (literals[one.name] ?? '0.5'),
      );
      return factsOf(literals, call.returns, `${expression}.${name}(${args.join(', ')})`, depth - 1);
    }),
  ];
}

export const facts = [...factsOf(ofMetric, 'Metric', 'm', 3), ...factsOf(ofProbe, 'Attempts', 't', 3)];

const literal = fc.constantFrom('0.0', '0.01', '0.5', '1.0', '30.0', '300.0');
const counted = fc.constantFrom(
  'm.sum',
  'm2.sum',
  't.failed',
  't.count',
  't.from("pod").failed',
  't.from("node").count',
  '0.0',
  '1.0',
  '300.0',
);
const comparison = fc.constantFrom('<', '<=', '>', '>=', '==', '!=');

/** A call of each function. */
const calls = Object.entries(functionsFor(() => undefined)).map(([name, { args, returns }]) =>
  fc
    .tuple(
      comparison,
      literal,
      ...args.map((one) => (one.unit === 'count' ? counted : fc.constantFrom('0.01', '0.1', '0.5', '2.0'))),
    )
    .map(([operator, bound, ...given]) => {
      const text = `${name}(${given.join(', ')})`;
      if (returns === 'bool') return text;
      return returns === 'string' ? `${text} == "faulty"` : `${text} ${operator} ${bound}`;
    }),
);

const leaf = fc.oneof(
  fc.tuple(fc.constantFrom(...facts), comparison, literal).map(([{ text, type }, operator, bound]) => {
    if (type === 'bool') return text;
    return type === 'string' ? `${text} == "node-a"` : `${text} ${operator} ${bound}`;
  }),
  fc.oneof(...calls),
  fc.constantFrom(
    'w.pods > 1.0',
    'w.cpu_limited == 0.0',
    'kernel.TcpExt_ListenDrops > 0.0',
    'kernel.Tcp_RetransSegs / kernel.seconds > 1.0',
    't.values("backend").exists(b, t.where("backend", b).failed > 30.0)',
    'm.series.all(s, s.max >= m2.at("node", s.labels["node"]).max)',
    'm.series.exists(s, s.max > 30.0)',
    'm.series.filter(s, s.last > 1.0).size() > 1',
    'target.nodes > 1.0',
    'target.mesh == ""',
  ),
);

/** A condition over all of the vocabulary. */
const condition: fc.Arbitrary<string> = fc.letrec<{ tree: string }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `(${a} && ${b})`),
    fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `(${a} || ${b})`),
    tie('tree').map((a) => `!(${a})`),
    fc.tuple(tie('tree'), tie('tree'), tie('tree')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
  ),
})).tree;

const sayable = fc.constantFrom(...facts.map(({ text }) => text));
const rules = fc.array(
  fc.record({
    when: condition,
    says: sayable.map((text) => `It is {${text}}.`),
    culprit: sayable.map((text) => `{${text}}`),
  }),
  { minLength: 1, maxLength: 2 },
);
const share = fc.constantFrom('0.2', '0.6', 'm.sum / m2.sum', 't.share', 'm.top().max / m2.sum');

/** A cause of this id whose rules say anything that can be said; it looks like some of `others`. */
export function arbitraryCause(id: string, others: readonly string[] = []): fc.Arbitrary<Cause> {
  return fc
    .record({
      network: fc.boolean(),
      eliminated: rules,
      confirmed: rules,
      stands: fc.option(rules, { nil: [] }),
      explains: fc.option(share, { nil: '' }),
      lookAlikes: fc.subarray([...others]),
    })
    .map(({ stands, explains, ...parts }) =>
      causeOf({
        id,
        evidence,
        ...parts,
        ...(stands.length > 0 && { stands }),
        ...(explains !== '' && { explains }),
      }),
    );
}
