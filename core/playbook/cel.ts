import { Environment, EvaluationError, ParseError, type ASTNode } from '@marcbachmann/cel-js';
import type { Observation } from '../evidence.ts';
import type { CelValue } from '../format.ts';
import { MetricFacts, MissingFact, SeriesFacts } from '../facts.ts';
import { isLookupId, lookups } from '../lookups.ts';
import { attemptsToExclude, isRarer } from '../statistics.ts';
import { explain, type Declarations } from './explain.ts';
import type { Located, Problems } from './problem.ts';

/** What every expression may read besides its evidence: `target.service`, `window` (as a person says it). */
export interface Context {
  readonly target: {
    readonly service: string;
    readonly namespace: string;
    readonly workload: string;
    /** How many nodes run its pods. */
    readonly nodes: number;
  };
  readonly window: string;
  /** The last minutes of the window, likewise. */
  readonly recent: string;
}

/** Names that evidence cannot have: the context's, and the words that CEL keeps for itself. */
export const reservedNames: ReadonlySet<string> = new Set(
  'target window recent as break const continue else false for function if import in let loop namespace null package return true var void while'.split(
    ' ',
  ),
);

/** Either a value, or why there is none: evidence that the expression needs could not be had. */
export type Evaluated = { readonly value: CelValue } | { readonly undecided: readonly string[] };

export interface Expression {
  /** Names of the evidence it reads, in the order of their declaration. */
  readonly reads: readonly string[];
  readonly evaluate: (observations: ReadonlyMap<string, Observation>, context: Context) => Evaluated;
}

/**
 * The CEL environment of one cause, typed from its declared evidence. `&&` and `||` absorb errors, so evidence that
 * could not be had makes an expression undecided only where it matters.
 */
export function celEnvironment(declarations: Declarations): Environment {
  const env = new Environment()
    .registerType('Series', {
      ctor: SeriesFacts,
      fields: {
        labels: 'map<string, string>',
        max: 'double',
        min: 'double',
        mean: 'double',
        last: 'double',
        samples: 'double',
      },
    })
    .registerType('Metric', {
      ctor: MetricFacts,
      fields: {
        series: 'list<Series>',
        max: 'double',
        min: 'double',
        mean: 'double',
        sum: 'double',
        count: 'double',
        samples: 'double',
      },
    })
    .registerFunction(
      'Metric.at(string, string): Series',
      (metric: MetricFacts, label: string, value: string) => metric.at(label, value),
    )
    .registerFunction('Metric.top(): Series', (metric: MetricFacts) => metric.top())
    .registerFunction('Metric.over(Metric): Metric', (part: MetricFacts, whole: MetricFacts) =>
      part.over(whole),
    )
    .registerFunction('Metric.minus(Metric): Metric', (one: MetricFacts, other: MetricFacts) =>
      one.minus(other),
    )
    .registerFunction(
      'enough(double, double): bool',
      (attempts: number, rate: number) => attempts >= attemptsToExclude(rate),
    )
    .registerFunction(
      'rarer(double, double, double): bool',
      (failures: number, attempts: number, rate: number) => isRarer(failures, attempts, rate),
    );
  env.registerVariable('window', 'string');
  env.registerVariable('recent', 'string');
  env.registerVariable({
    name: 'target',
    schema: { service: 'string', namespace: 'string', workload: 'string', nodes: 'double' },
  });
  for (const [name, { lookup }] of declarations) {
    if (lookup === undefined) env.registerVariable(name, 'Metric');
    else if (isLookupId(lookup)) env.registerVariable({ name, schema: { ...lookups[lookup].facts } });
  }
  return env;
}

/** Parses and type-checks one expression; mistakes are reported at their place and give undefined. */
export function compile(
  env: Environment,
  declarations: Declarations,
  source: Located,
  expected: 'rule' | 'text',
  problems: Problems,
): Expression | undefined {
  let program: Program;
  try {
    program = env.parse(source.text);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    problems.report(explain(error.summary, declarations), source, error.range?.start ?? 0);
    return undefined;
  }
  const checked = program.check();
  if (checked.error !== undefined) {
    problems.report(explain(checked.error.summary, declarations), source, checked.error.range?.start ?? 0);
    return undefined;
  }
  if (expected === 'rule' && checked.type !== 'bool') {
    problems.report(`Unexpected rule of type ${checked.type ?? 'unknown'}, expected bool`, source);
    return undefined;
  }
  const type = checked.type ?? 'unknown';
  if (!sayable.has(type)) {
    const start = source.text.search(/\S/);
    problems.report(`Unexpected ${type} in a sentence, expected a number or text`, source, start);
    return undefined;
  }
  const names = namesIn(program.ast);
  const reads = [...declarations.keys()].filter((name) => names.has(name));
  return { reads, evaluate: (observations, context) => evaluate(program, reads, observations, context) };
}

/** What a hole of a sentence can print. */
const sayable: ReadonlySet<string> = new Set(['bool', 'double', 'int', 'string', 'dyn']);

type Program = ReturnType<Environment['parse']>;

/** Every identifier of an expression. */
function namesIn(ast: ASTNode): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(visit);
    else if (typeof node === 'object' && node !== null && 'op' in node && 'args' in node) {
      if (node.op === 'id' && typeof node.args === 'string') names.add(node.args);
      else visit(node.args);
    }
  };
  visit(ast);
  return names;
}

function evaluate(
  program: Program,
  reads: readonly string[],
  observations: ReadonlyMap<string, Observation>,
  context: Context,
): Evaluated {
  const values: Record<string, unknown> = { ...context };
  const missing: string[] = [];
  for (const name of reads) {
    const observation = observations.get(name);
    if (observation === undefined) missing.push(`${name} was not gathered`);
    else if (observation.status === 'unavailable') missing.push(observation.why.detail);
    else values[name] = observation.facts ?? new MetricFacts(observation.series ?? []);
  }
  try {
    const value: unknown = program(values);
    return { value: typeof value === 'bigint' ? Number(value) : (value as CelValue) };
  } catch (error) {
    if (missing.length > 0) return { undecided: missing };
    if (error instanceof MissingFact || error instanceof EvaluationError)
      return { undecided: [messageOf(error)] };
    throw error;
  }
}

function messageOf(error: MissingFact | EvaluationError): string {
  return error instanceof EvaluationError ? error.summary : error.message;
}
