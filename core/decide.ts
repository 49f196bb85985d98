import type { Observation } from './evidence.ts';
import type { Cause, Rule } from './playbook/cause.ts';
import type { Context } from './playbook/cel.ts';
import type { VerdictStatus } from './verdict.ts';

export interface Decision {
  readonly status: VerdictStatus;
  readonly reason: string;
  readonly culprit?: string;
}

type Observations = ReadonlyMap<string, Observation>;

/**
 * What the evidence makes of one hypothesis. Evidence that could not be had neither eliminates nor confirms: a rule that
 * needs it is undecided, and a hypothesis with an undecided rule and no decided one is `unchecked`.
 */
export function decide(cause: Cause, observations: Observations, context: Context): Decision {
  const eliminated = apply(cause.eliminatedWhen, observations, context);
  const confirmed = apply(cause.confirmedWhen, observations, context);

  if (eliminated.rule !== undefined && confirmed.rule !== undefined) {
    const [yes, no] = [confirmed.rule, eliminated.rule].map(({ because }) =>
      because.render(observations, context),
    );
    return { status: 'conflict', reason: `For: ${yes ?? ''} Against: ${no ?? ''}` };
  }
  if (confirmed.rule !== undefined) {
    const culprit = confirmed.rule.culprit?.render(observations, context);
    return {
      status: 'confirmed',
      reason: confirmed.rule.because.render(observations, context),
      ...(culprit !== undefined && { culprit }),
    };
  }
  if (eliminated.rule !== undefined) {
    return { status: 'eliminated', reason: eliminated.rule.because.render(observations, context) };
  }
  const undecided = new Set([...eliminated.undecided, ...confirmed.undecided]);
  if (undecided.size > 0) return { status: 'unchecked', reason: sayFirst([...undecided]) };
  return { status: 'standing', reason: cause.otherwise.render(observations, context) };
}

/** The first rule that holds, and why those that have no answer have none. */
function apply(
  rules: readonly Rule[],
  observations: Observations,
  context: Context,
): { rule: Rule | undefined; undecided: readonly string[] } {
  const undecided: string[] = [];
  for (const rule of rules) {
    const evaluated = rule.when.evaluate(observations, context);
    if ('undecided' in evaluated) undecided.push(...evaluated.undecided);
    else if (evaluated.value === true) return { rule, undecided: [] };
  }
  return { rule: undefined, undecided };
}

/** The report lists every piece of evidence; here the first two obstacles say what is missing. */
function sayFirst(obstacles: readonly string[]): string {
  const more = obstacles.length - 2;
  return [...obstacles.slice(0, 2), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

/**
 * Whether the state that proves a cause is gone, for a cause that objects of the cluster alone prove: then the present
 * decides, whatever the past of the window was. Where a rule cannot be decided it is not gone.
 */
export function isStateGone(cause: Cause, observations: Observations, context: Context): boolean {
  const isState = (name: string): boolean =>
    cause.evidence.some((one) => one.name === name && one.source === 'cluster');
  return cause.confirmedWhen.every(({ when }) => {
    if (!when.reads.every(isState)) return false;
    const evaluated = when.evaluate(observations, context);
    return 'value' in evaluated && evaluated.value === false;
  });
}
