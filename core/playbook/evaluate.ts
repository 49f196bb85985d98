import { EvaluationError, type Environment } from '@marcbachmann/cel-js';
import { AttemptFacts } from '../facts/attempts.ts';
import { MetricFacts } from '../facts/metric.ts';
import { MissingFact } from '../facts/missing.ts';
import type { Observation } from '../evidence.ts';
import type { CelValue } from '../format.ts';
import type { Context } from './vocabulary/context.ts';

/** An expression that was parsed and checked. */
export type Program = ReturnType<Environment['parse']>;

/** Either a value, or why there is none: evidence that the expression needs could not be had. */
export type Evaluated = ({ readonly value: CelValue } | { readonly undecided: readonly string[] }) & {
  /** How many attempts it takes to be sure at all, where fewer were made. */
  readonly wants?: number;
};

/** What a name stands for that is not evidence. */
export interface Term {
  readonly program: Program;
  /** Names of evidence and of terms before it. */
  readonly names: ReadonlySet<string>;
}

/** Where the functions of a rule leave how many attempts they would need, while it is evaluated. */
const wishes: number[] = [];

/** Said by a function of a rule that is being evaluated: how many attempts it takes to be sure. */
export function wish(attempts: number): void {
  wishes.push(attempts);
}

/** What an expression comes to, given what was seen of the evidence that it and its terms read. */
export function evaluate(
  program: Program,
  { reads, terms }: { readonly reads: readonly string[]; readonly terms: ReadonlyMap<string, Term> },
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
  for (const [name, term] of terms) defineLazily(values, name, () => term.program(values));
  wishes.length = 0;
  const result = run(program, values, missing);
  return wishes.length === 0 ? result : { ...result, wants: Math.max(...wishes) };
}

/** Worked out when it is asked for: a term may rest on evidence that could not be had, and not matter. */
function defineLazily(values: Record<string, unknown>, name: string, valueOf: () => unknown): void {
  Object.defineProperty(values, name, {
    configurable: true,
    enumerable: true,
    get() {
      const value = valueOf();
      Object.defineProperty(values, name, { value, enumerable: true });
      return value;
    },
  });
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
