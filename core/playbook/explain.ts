import type { Arms } from './arms.ts';
import { isLookupId, lookups, type FactType } from '../lookups.ts';
import type { FormatName } from '../format.ts';
import { nearest } from '../text.ts';
import { targetFields } from './vocabulary/context.ts';
import { functionsFor } from './vocabulary/functions.ts';
import { types } from './vocabulary/types.ts';
import type { Call } from './vocabulary/words.ts';

/** What an expression may read: the names of a cause's evidence and what kind of facts each yields. */
export type Declarations = ReadonlyMap<string, Declaration>;

type Facts = Readonly<Record<string, FactType>>;

export type Declaration =
  | { readonly source: 'promql'; readonly unit: FormatName; readonly lookup?: undefined }
  | { readonly source: 'cluster'; readonly lookup: string; readonly unit?: undefined }
  | {
      readonly source: 'probe';
      readonly arms?: Arms;
      /** Where it finds facts, as a look-up does, and not attempts. */
      readonly facts?: Facts;
      readonly lookup?: undefined;
      readonly unit?: undefined;
    }
  /** A name for an expression: what its value is, and of which arms where it is attempts. */
  | {
      readonly source: 'term';
      readonly type: string;
      readonly unit?: FormatName;
      readonly arms?: Arms;
      readonly lookup?: undefined;
    }
  /** Its name is known, and what it looks at could not be read: it is taken as it comes. */
  | { readonly source: 'unreadable'; readonly lookup?: undefined; readonly unit?: undefined };

const methods = Object.entries(types).flatMap(([type, words]) =>
  Object.entries(words.methods).map(([name, call]) => ({ name, call, type })),
);
const functions = Object.entries(functionsFor(() => undefined)).map(([name, call]) => ({
  name,
  call,
  type: undefined,
}));

/**
 * Says what is wrong with an expression, and what to write instead, in the words of the playbook rather than CEL's;
 * `before` and `rest` are the expression up to there and from there on.
 */
export function explain(summary: string, declarations: Declarations, before: string, rest: string): string {
  const variable = /^Unknown variable: (\w+)/.exec(summary)?.[1];
  if (variable !== undefined) {
    const hint = didYouMean(variable, [...declarations.keys(), 'target', 'window', 'recent']);
    const expected = declarations.size === 0 ? 'target' : 'the name of evidence declared in this file';
    return `Unexpected name ${variable}, expected ${expected}${hint}`;
  }
  const fact = /^No such key: (\S+)/.exec(summary)?.[1];
  if (fact !== undefined) {
    const owner = declarations.get(/(\w+)\.$/.exec(before)?.[1] ?? '');
    const own = owner === undefined ? [] : factsOf(owner);
    const known = own.length > 0 ? own : [...declarations.values()].flatMap(factsOf);
    const hint = didYouMean(fact, [...known, ...otherFacts]);
    const expected = own.length > 0 && hint === '' ? `one of ${own.join(', ')}` : 'a fact of that evidence';
    return `Unexpected fact ${fact}, expected ${expected}${hint}`;
  }
  const facts = /\$(\w+)/.exec(summary)?.[1];
  if (facts !== undefined) return explainFacts(facts, declarations);
  const operands = /^no such overload: (.+)$/.exec(summary)?.[1];
  if (operands !== undefined) return `Unexpected ${operands}, expected ${operandsWanted(operands)}`;
  const call = /^found no matching overload for '(?:(\w+)\.)?((\w+)\(.*\))'/.exec(summary);
  if (call !== null) return explainCall(call[1], call[3] ?? '', call[2] ?? '');
  return explainSyntax(summary, rest);
}

/** Evidence that has facts by name is nothing by itself: neither a number nor something to call. */
export function explainFacts(name: string, declarations: Declarations): string {
  const [first = '…'] = factsOf(declarations.get(name) ?? { source: 'unreadable' });
  return `Unexpected ${name} as a whole, expected one of its facts, as in ${name}.${first}`;
}

function operandsWanted(operands: string): string {
  const whole = /\b(Metric|Series|Attempts)\b/.exec(operands)?.[1];
  if (whole === 'Attempts') return 'a number of those attempts, as in .failed or .count';
  if (whole !== undefined) return `a number of that ${whole}, as in .max or .min`;
  return operands.includes('int') ? 'numbers with a decimal point, as in 0.0' : 'two values of the same type';
}

const signs: Readonly<Record<string, string>> = {
  RPAREN: ')',
  RBRACKET: ']',
  RBRACE: '}',
  COLON: ':',
  EOF: 'end',
};

/** What the parser of CEL says, without its names for signs. */
function explainSyntax(summary: string, rest: string): string {
  if (summary === 'Unexpected token: EOF') return 'Unexpected end, expected the rest of an expression';
  const [, wanted = '', got = ''] = /^Expected (\w+), got (\w+)$/.exec(summary) ?? [];
  if (wanted !== '') return `Unexpected ${signs[got] ?? 'word'}, expected ${signs[wanted] ?? wanted}`;
  if (!summary.startsWith('Unexpected character: ')) return summary;
  const word = /^\w+|^./.exec(rest)?.[0] ?? '';
  return `Unexpected ${word}, expected ${word === '=' ? '==' : '&& for and, || for or, ! for not'}`;
}

function explainCall(type: string | undefined, name: string, said: string): string {
  const callables = type === undefined ? functions : methods.filter((one) => one.type === type);
  const known = callables.find((one) => one.name === name);
  if (known !== undefined)
    return `Unexpected call ${said}, expected ${usage(known)}, numbers with a decimal point`;
  const [meant] = nearest(
    name,
    callables.map((one) => one.name),
    1,
  );
  const instead = callables.find((one) => one.name === meant);
  const expected = instead === undefined ? `one of ${callables.map(usage).join(', ')}` : usage(instead);
  return `Unexpected call ${said}, expected ${expected}`;
}

/** `rarer(failures, attempts, rate)`, `metric.at(label, value)` */
function usage({ name, call, type }: { name: string; call: Call; type: string | undefined }): string {
  const receiver = type === undefined ? '' : `${type.toLowerCase()}.`;
  return `${receiver}${name}(${call.args.map((arg) => arg.name).join(', ')})`;
}

/** The named facts of such evidence, if it has any: of a look-up, or of a probe that makes no attempts. */
export function namedFacts(declared: Declaration): Facts | undefined {
  if (declared.source === 'probe') return declared.facts;
  if (declared.source !== 'cluster') return undefined;
  return isLookupId(declared.lookup) ? lookups[declared.lookup].facts : {};
}

/** The type of what is declared, where it is known and is not that of facts by name. */
export function typeOf(declared: Declaration): string | undefined {
  if (declared.source === 'term') return declared.type;
  if (declared.source === 'promql') return 'Metric';
  return declared.source === 'probe' && declared.facts === undefined ? 'Attempts' : undefined;
}

/** What can stand behind the name of such evidence. */
function factsOf(declared: Declaration): string[] {
  const named = namedFacts(declared);
  if (named !== undefined) return Object.keys(named);
  const words = types[typeOf(declared) ?? ''];
  return words === undefined
    ? []
    : [...Object.keys(words.fields), ...Object.keys(words.methods).map((name) => `${name}(…)`)];
}

const otherFacts = [
  ...Object.values(types).flatMap((words) => Object.keys(words.fields)),
  ...Object.keys(targetFields),
];

function didYouMean(word: string, candidates: readonly string[]): string {
  const [meant] = candidates.includes(word) ? [] : nearest(word, candidates, 1);
  return meant === undefined ? '' : `; did you mean ${meant}?`;
}
