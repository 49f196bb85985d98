import { isLookupId, lookups } from '../lookups.ts';
import type { FormatName } from '../format.ts';
import { nearest } from '../text.ts';
import { targetFields } from './vocabulary/context.ts';
import { functionsFor } from './vocabulary/functions.ts';
import { types } from './vocabulary/types.ts';
import type { Call } from './vocabulary/words.ts';

/** What an expression may read: the names of a cause's evidence and what kind of facts each yields. */
export type Declarations = ReadonlyMap<string, Declaration>;

export type Declaration =
  | { readonly source: 'promql'; readonly unit: FormatName; readonly lookup?: undefined }
  | { readonly source: 'cluster'; readonly lookup: string; readonly unit?: undefined }
  | { readonly source: 'probe'; readonly lookup?: undefined; readonly unit?: undefined };

const methods = Object.entries(types).flatMap(([type, words]) =>
  Object.entries(words.methods).map(([name, call]) => ({ name, call, type })),
);
const functions = Object.entries(functionsFor(() => undefined)).map(([name, call]) => ({
  name,
  call,
  type: undefined,
}));

/** Says what is wrong with an expression, and what to write instead, in the words of the playbook rather than CEL's. */
export function explain(summary: string, declarations: Declarations): string {
  const variable = /^Unknown variable: (\w+)/.exec(summary)?.[1];
  if (variable !== undefined) {
    const hint = didYouMean(variable, [...declarations.keys(), 'target', 'window', 'recent']);
    return `Unexpected name ${variable}, expected the name of evidence declared in this file${hint}`;
  }
  const fact = /^No such key: (\S+)/.exec(summary)?.[1];
  if (fact !== undefined) {
    return `Unexpected fact ${fact}, expected a fact of that evidence${didYouMean(fact, factsOf(declarations))}`;
  }
  const operands = /^no such overload: (.+)$/.exec(summary)?.[1];
  if (operands !== undefined) {
    const wanted = operands.includes('int')
      ? 'numbers with a decimal point, as in 0.0'
      : 'two values of the same type';
    return `Unexpected ${operands}, expected ${wanted}`;
  }
  const call = /^found no matching overload for '(?:(\w+)\.)?((\w+)\(.*\))'/.exec(summary);
  if (call !== null) return explainCall(call[1], call[3] ?? '', call[2] ?? '');
  return summary === 'Unexpected token: EOF' ? 'Unexpected end, expected the rest of an expression' : summary;
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

function factsOf(declarations: Declarations): string[] {
  const looked = [...declarations.values()].flatMap(({ lookup }) =>
    lookup !== undefined && isLookupId(lookup) ? Object.keys(lookups[lookup].facts) : [],
  );
  const fields = Object.values(types).flatMap((words) => Object.keys(words.fields));
  return [...new Set([...fields, ...looked, ...Object.keys(targetFields)])];
}

function didYouMean(word: string, candidates: readonly string[]): string {
  const [meant] = candidates.includes(word) ? [] : nearest(word, candidates, 1);
  return meant === undefined ? '' : `; did you mean ${meant}?`;
}
