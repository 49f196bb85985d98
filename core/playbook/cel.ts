import { Environment, ParseError, type ASTNode } from '@marcbachmann/cel-js';
import type { Observation } from '../evidence.ts';
import type { FormatName } from '../format.ts';
import { checkArms, ownerOf, type Arms } from './arms.ts';
import { explain, explainFacts, namedFacts, typeOf, type Declaration, type Declarations } from './explain.ts';
import { evaluate, wish, type Evaluated, type Program, type Term } from './evaluate.ts';
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

export interface Expression {
  /** As it was written. */
  readonly text: string;
  /** Names of the evidence it reads, itself or by the terms it uses, in the order of their declaration. */
  readonly reads: readonly string[];
  /** Names of the terms it uses, itself or by other terms, in the order of their definition. */
  readonly terms: readonly string[];
  /** What its value is counted in, where that can be told. */
  readonly unit?: FormatName;
  readonly evaluate: (observations: ReadonlyMap<string, Observation>, context: Context) => Evaluated;
}

/** The words of one cause: what its expressions may say, typed from its declared evidence and the terms made of it. */
export interface Language {
  readonly declarations: Map<string, Declaration>;
  readonly env: Environment;
  /** What terms stand for, in the order of their definition. */
  readonly terms: Map<string, Term>;
}

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
  return { declarations: new Map(declarations), env, terms: new Map() };
}

/**
 * Gives an expression a name that those after it may use. What cannot be read is known by its name all the same, so that
 * its mistake is reported once.
 */
export function define(language: Language, name: string, source: Located, problems: Problems): void {
  const checked = checkWhole(language, source, problems);
  if (checked === undefined) {
    language.declarations.set(name, { source: 'unreadable' });
    language.env.registerVariable(name, 'dyn');
    return;
  }
  const { parsed, type, unit } = checked;
  const arms = armsOf(language).get(ownerOf(parsed.ast) ?? '');
  language.terms.set(name, { program: parsed, names: namesIn(parsed.ast) });
  language.declarations.set(name, {
    source: 'term',
    type,
    ...(unit !== undefined && { unit }),
    ...(arms !== undefined && { arms }),
  });
  language.env.registerVariable(name, type);
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
  for (const [name, call] of Object.entries(functionsFor(wish))) register(env, name, call);
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
  const checked = checkWhole(language, source, problems);
  if (checked === undefined) return undefined;
  const { type, parsed, unit } = checked;
  if (expected === 'rule' && type !== 'bool' && !(type === 'dyn' && readsUnreadable(language))) {
    problems.report(`Unexpected rule of type ${type}, expected bool`, source);
    return undefined;
  }
  if (expected === 'share' && type !== 'double' && type !== 'dyn') {
    problems.report(`Unexpected ${type}, expected a share from 0.0 to 1.0`, source);
    return undefined;
  }
  if (!sayable.has(type)) {
    const said = `Unexpected ${type} in a sentence, expected a number or text`;
    problems.report(said, source, source.text.search(/\S/));
    return undefined;
  }
  const { reads, terms } = readsOf(namesIn(parsed.ast), language);
  return {
    text: source.text.trim(),
    reads,
    terms,
    ...(unit !== undefined && { unit }),
    evaluate: (observations, context) =>
      evaluate(parsed, { reads, terms: language.terms }, observations, context),
  };
}

/** The program of an expression that can be read, has a type, and whose units, arms and patterns are right. */
function checkWhole(
  language: Language,
  source: Located,
  problems: Problems,
): { readonly parsed: Program; readonly type: string; readonly unit: FormatName | undefined } | undefined {
  const program = check(language, source, problems);
  if (program === undefined) return undefined;
  const { type, parsed } = program;
  if (type.startsWith('$')) {
    const start = source.text.search(/\S/);
    problems.report(explainFacts(type.slice(1), language.declarations), source, start);
    return undefined;
  }
  const report = (message: string, offset: number): void => {
    problems.report(message, source, offset);
  };
  const mistakes = problems.found.length;
  const unit = unitOf(parsed.ast, language.declarations, report);
  checkArms(parsed.ast, armsOf(language), report);
  checkPatterns(parsed.ast, report);
  return problems.found.length > mistakes ? undefined : { parsed, type, unit };
}

/** The evidence and the terms behind some names, in the order in which they were declared. */
function readsOf(
  names: ReadonlySet<string>,
  { declarations, terms }: Language,
): Pick<Expression, 'reads' | 'terms'> {
  const all = new Set(names);
  // A term only uses those before it.
  for (const [name, term] of [...terms].reverse())
    if (all.has(name)) for (const one of term.names) all.add(one);
  const known = [...declarations.keys()].filter((name) => all.has(name));
  return {
    reads: known.filter((name) => !terms.has(name)),
    terms: known.filter((name) => terms.has(name)),
  };
}

function armsOf({ declarations }: Language): ReadonlyMap<string, Arms> {
  return new Map(
    [...declarations].flatMap(([name, one]) => ('arms' in one ? [[name, one.arms] as const] : [])),
  );
}

/** What a hole of a sentence can print. */
const sayable: ReadonlySet<string> = new Set(['bool', 'double', 'int', 'string', 'dyn']);

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
