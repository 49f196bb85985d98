import { Environment, EvaluationError, ParseError, type ASTNode } from '@marcbachmann/cel-js';
import type { Observation } from '../evidence.ts';
import type { CelValue, FormatName } from '../format.ts';
import { AttemptFacts } from '../facts/attempts.ts';
import { MetricFacts } from '../facts/metric.ts';
import { MissingFact } from '../facts/missing.ts';
import { checkArms, type Arms } from './arms.ts';
import { explain, explainFacts, namedFacts, typeOf, type Declarations } from './explain.ts';
import { checkPatterns } from './pattern.ts';
import type { Located, Problems } from './problem.ts';
import { unitOf } from './units.ts';
import { contextFields, targetFields, type Context } from './vocabulary/context.ts';
import { functionsFor } from './vocabulary/functions.ts';
import { types } from './vocabulary/types.ts';
import type { Call } from './vocabulary/words.ts';

/** Names that evidence cannot have: the context's, and the words that CEL keeps for itself. */
export const reservedNames: ReadonlySet<string> = new Set(
  [
    'target window window_seconds recent',
    'as break const continue else false for function if import in let loop namespace null package return true var void while',
    'bool bytes cel double google int list map null_type optional prototype string type uint',
  ].flatMap((words) => words.split(' ')),
);

/** Either a value, or why there is none: evidence that the expression needs could not be had. */
export type Evaluated = ({ readonly value: CelValue } | { readonly undecided: readonly string[] }) & {
  /** How many attempts it takes to be sure at all, where fewer were made. */
  readonly wants?: number;
};

export interface Expression {
  /** As it was written. */
  readonly text: string;
  /** Names of the evidence it reads, in the order of their declaration. */
  readonly reads: readonly string[];
  /** What its value is counted in, where that can be told. */
  readonly unit?: FormatName;
  readonly evaluate: (observations: ReadonlyMap<string, Observation>, context: Context) => Evaluated;
}

/** The words of one cause: what its expressions may say, typed from its declared evidence. */
export interface Language {
  readonly declarations: Declarations;
  readonly env: Environment;
}

/** Where the functions of a rule leave how many attempts they would need, while it is evaluated. */
const wishes: number[] = [];

/** What all causes can say; made once, as it takes a while. */
const common = commonWords();

/**
 * `&&` and `||` of CEL absorb errors, so evidence that could not be had makes an expression undecided only where it
 * matters.
 */
export function languageOf(declarations: Declarations): Language {
  const env = common.clone();
  for (const [name, declared] of declarations) {
    const facts = namedFacts(declared);
    if (facts === undefined) env.registerVariable(name, typeOf(declared) ?? 'dyn');
    else if (Object.keys(facts).length > 0) env.registerVariable({ name, schema: { ...facts } });
  }
  return { declarations, env };
}

function commonWords(): Environment {
  const env = new Environment();
  for (const [name, { ctor, fields }] of Object.entries(types))
    env.registerType(name, {
      ctor,
      fields: typesIn(fields),
    });
  for (const [type, { methods }] of Object.entries(types))
    for (const [name, call] of Object.entries(methods)) register(env, `${type}.${name}`, call);
  for (const [name, call] of Object.entries(functionsFor((attempts) => wishes.push(attempts))))
    register(env, name, call);
  for (const [name, { type }] of Object.entries(contextFields)) env.registerVariable(name, type);
  env.registerVariable({ name: 'target', schema: typesIn(targetFields) });
  return env;
}

function typesIn(fields: Readonly<Record<string, { readonly type: string }>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, { type }]) => [name, type]));
}

function register(env: Environment, name: string, { args, returns, call }: Call): void {
  env.registerFunction(`${name}(${args.map(({ type }) => type).join(', ')}): ${returns}`, call);
}

/** Parses and checks types and units of one expression; mistakes are reported at their place and give undefined. */
export function compile(
  language: Language,
  source: Located,
  expected: 'rule' | 'text' | 'share',
  problems: Problems,
): Expression | undefined {
  const program = check(language, source, problems);
  if (program === undefined) return undefined;
  const { type, parsed } = program;
  if (expected === 'rule' && type !== 'bool' && !(type === 'dyn' && readsUnreadable(language))) {
    problems.report(`Unexpected rule of type ${type}, expected bool`, source);
    return undefined;
  }
  if (expected === 'share' && type !== 'double' && type !== 'dyn') {
    problems.report(`Unexpected ${type}, expected a share from 0.0 to 1.0`, source);
    return undefined;
  }
  if (!sayable.has(type)) {
    const start = source.text.search(/\S/);
    const said = type.startsWith('$')
      ? explainFacts(type.slice(1), language.declarations)
      : `Unexpected ${type} in a sentence, expected a number or text`;
    problems.report(said, source, start);
    return undefined;
  }
  const mistakes = problems.found.length;
  const unit = unitOf(parsed.ast, language.declarations, (message, offset) => {
    problems.report(message, source, offset);
  });
  checkArms(parsed.ast, armsOf(language), (message, offset) => {
    problems.report(message, source, offset);
  });
  checkPatterns(parsed.ast, (message, offset) => {
    problems.report(message, source, offset);
  });
  if (problems.found.length > mistakes) return undefined;
  const names = namesIn(parsed.ast);
  const reads = [...language.declarations.keys()].filter((name) => names.has(name));
  return {
    text: source.text.trim(),
    reads,
    ...(unit !== undefined && { unit }),
    evaluate: (observations, context) => evaluate(parsed, reads, observations, context),
  };
}

function armsOf({ declarations }: Language): ReadonlyMap<string, Arms> {
  return new Map(
    [...declarations].flatMap(([name, one]) =>
      one.source === 'probe' && one.arms !== undefined ? [[name, one.arms] as const] : [],
    ),
  );
}

/** What a hole of a sentence can print. */
const sayable: ReadonlySet<string> = new Set(['bool', 'double', 'int', 'string', 'dyn']);

type Program = ReturnType<Environment['parse']>;

function check(
  { env, declarations }: Language,
  source: Located,
  problems: Problems,
): { parsed: Program; type: string } | undefined {
  const report = ({ summary, range }: Pick<ParseError, 'summary' | 'range'>): void => {
    const start = range?.start ?? 0;
    problems.report(
      explain(summary, declarations, source.text.slice(0, start), source.text.slice(start)),
      source,
      start,
    );
  };
  try {
    const parsed = env.parse(source.text);
    const checked = parsed.check();
    if (checked.error === undefined) return { parsed, type: checked.type ?? 'unknown' };
    // What the library did not foresee, as a thousand signs in a row, has no place of its own.
    if (checked.error instanceof RangeError) throw checked.error;
    report(checked.error);
  } catch (error) {
    if (error instanceof ParseError) report(error);
    else problems.report(`Unexpected expression, expected one that can be read: ${String(error)}`, source);
  }
  return undefined;
}

/** Of what could not be read nobody knows the type; that was said already. */
function readsUnreadable({ declarations }: Language): boolean {
  return [...declarations.values()].some(({ source }) => source === 'unreadable');
}

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
    if (observation === undefined) missing.push(`${name} was not looked at`);
    else if (observation.status === 'unavailable') missing.push(observation.why.detail);
    else values[name] = factsOf(observation);
  }
  wishes.length = 0;
  const result = run(program, values, missing);
  return wishes.length === 0 ? result : { ...result, wants: Math.max(...wishes) };
}

/** Several rules read the same observation; its facts never change. */
const known = new WeakMap<Observation, unknown>();

function factsOf(observation: Extract<Observation, { status: 'observed' }>): unknown {
  const facts = known.get(observation) ?? readFacts(observation);
  known.set(observation, facts);
  return facts;
}

function readFacts({
  attempts,
  unseen,
  facts,
  series,
}: Extract<Observation, { status: 'observed' }>): unknown {
  if (attempts !== undefined) return new AttemptFacts(attempts, unseen);
  return facts ?? new MetricFacts(series ?? []);
}

function run(program: Program, values: Record<string, unknown>, missing: readonly string[]): Evaluated {
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
