import type { Cause } from './cause.ts';
import type { Evaluated } from './evaluate.ts';
import type { Rule } from './rules.ts';

/** The same cause, which evaluates each rule once for the same observations, however often it is asked. */
export function remembered(cause: Cause): Cause {
  return {
    ...cause,
    eliminatedWhen: cause.eliminatedWhen.map(rememberedRule),
    confirmedWhen: cause.confirmedWhen.map(rememberedRule),
  };
}

function rememberedRule(rule: Rule): Rule {
  const known = new WeakMap<object, Evaluated>();
  const evaluate: Rule['when']['evaluate'] = (observations, context) => {
    const evaluated = known.get(observations) ?? rule.when.evaluate(observations, context);
    known.set(observations, evaluated);
    return evaluated;
  };
  return { ...rule, when: { ...rule.when, evaluate } };
}
