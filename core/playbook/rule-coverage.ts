import { decide, outcomesOf } from '../decide.ts';
import type { Observation } from '../evidence.ts';
import type { Cause } from './cause.ts';
import type { Context } from './vocabulary/context.ts';
import type { Rule } from './rules.ts';

/** What the rules saw of one case. */
export interface SeenCase {
  readonly observations: ReadonlyMap<string, Observation>;
  readonly context: Context;
}

/** A rule that the cases leave untested, and why. */
export interface UntestedRule {
  readonly rule: Rule;
  readonly message: string;
}

/** Rules of a cause that could be wrong without any of its cases noticing. */
export function untestedRules(cause: Cause, cases: readonly SeenCase[]): UntestedRule[] {
  const statuses = statusesOf(cause, cases);
  return [...cause.eliminatedWhen, ...cause.confirmedWhen].flatMap((rule) => {
    const holds = cases.some((one) => outcomesOf([rule], one.observations, one.context)[0]?.holds === true);
    if (!holds)
      return [{ rule, message: 'Unexpected rule that holds in no case, expected a case that it decides' }];
    const turned = statusesOf(turnAround(cause, rule), cases);
    const matters = turned.some((status, index) => status !== statuses[index]);
    if (matters) return [];
    return [
      {
        rule,
        message: 'Unexpected rule that no verdict depends on, expected a case that fails if it is negated',
      },
    ];
  });
}

function statusesOf(cause: Cause, cases: readonly SeenCase[]): string[] {
  return cases.map(({ observations, context }) => decide(cause, observations, context).status);
}

/** The cause with one rule negated; what cannot be decided stays undecided. */
function turnAround(cause: Cause, turned: Rule): Cause {
  const evaluate: Rule['when']['evaluate'] = (observations, context) => {
    const evaluated = turned.when.evaluate(observations, context);
    return 'value' in evaluated ? { ...evaluated, value: evaluated.value !== true } : evaluated;
  };
  const negated: Rule = { ...turned, when: { ...turned.when, evaluate } };
  const turn = (rules: readonly Rule[]): Rule[] => rules.map((rule) => (rule === turned ? negated : rule));
  return { ...cause, eliminatedWhen: turn(cause.eliminatedWhen), confirmedWhen: turn(cause.confirmedWhen) };
}
