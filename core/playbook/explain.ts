import { isLookupId, lookups } from '../lookups.ts';
import { nearest } from '../text.ts';

/** What an expression may read: the names of a cause's evidence and what kind of facts each yields. */
export type Declarations = ReadonlyMap<string, { readonly lookup?: string }>;

const metricFacts = ['max', 'min', 'mean', 'sum', 'count', 'samples', 'series'] as const;
const seriesFacts = ['labels', 'max', 'min', 'mean', 'last', 'samples'] as const;

/** How each function is called, as a playbook writes it. */
const calls: Readonly<Record<string, string>> = {
  enough: 'enough(attempts, rate)',
  rarer: 'rarer(failures, attempts, rate)',
  at: 'metric.at(label, value)',
  top: 'metric.top()',
  over: 'metric.over(metric)',
  minus: 'metric.minus(metric)',
};

/** Says what is wrong with an expression, and what to write instead, in the words of the playbook rather than CEL's. */
export function explain(summary: string, declarations: Declarations): string {
  const variable = /^Unknown variable: (\w+)/.exec(summary)?.[1];
  if (variable !== undefined) {
    const hint = didYouMean(variable, [...declarations.keys(), 'target', 'window']);
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
  const call = /^found no matching overload for '(?:\w+\.)?((\w+)\(.*\))'/.exec(summary);
  if (call !== null) {
    const wanted = calls[call[2] ?? ''] ?? `one of ${Object.values(calls).join(', ')}`;
    return `Unexpected call ${call[1] ?? ''}, expected ${wanted}, numbers with a decimal point`;
  }
  return summary === 'Unexpected token: EOF' ? 'Unexpected end, expected the rest of an expression' : summary;
}

function factsOf(declarations: Declarations): string[] {
  const looked = [...declarations.values()].flatMap(({ lookup }) =>
    lookup !== undefined && isLookupId(lookup) ? Object.keys(lookups[lookup].facts) : [],
  );
  return [...metricFacts, ...seriesFacts, ...looked, 'service', 'namespace', 'workload'];
}

function didYouMean(word: string, candidates: readonly string[]): string {
  const [meant] = candidates.includes(word) ? [] : nearest(word, candidates, 1);
  return meant === undefined ? '' : `; did you mean ${meant}?`;
}
