import type { Observation } from './evidence.ts';
import type { Cause } from './playbook/cause.ts';
import type { Context } from './playbook/vocabulary/context.ts';
import type { Rule } from './playbook/rules.ts';
import type { VerdictStatus } from './verdict.ts';

export interface Decision {
  readonly status: VerdictStatus;
  readonly reason: string;
  readonly culprit?: string;
}

type Observations = ReadonlyMap<string, Observation>;

/** What came of one rule: whether it holds, or why that cannot be told. */
export interface Outcome {
  readonly rule: Rule;
  readonly holds: boolean | undefined;
  /** What it lacks, where it has no answer. */
  readonly obstacles: readonly string[];
  /** How many attempts it takes to be sure at all, where fewer were made. */
  readonly wants?: number;
}

/** What came of each of some rules, in their order. */
export function outcomesOf(
  rules: readonly Rule[],
  observations: Observations,
  context: Context,
): readonly Outcome[] {
  return rules.map((rule) => {
    const evaluated = rule.when.evaluate(observations, context);
    const wants = evaluated.wants === undefined ? {} : { wants: evaluated.wants };
    return 'undecided' in evaluated
      ? { rule, holds: undefined, obstacles: evaluated.undecided, ...wants }
      : { rule, holds: evaluated.value === true, obstacles: [], ...wants };
  });
}

/**
 * What the evidence makes of one hypothesis. Evidence that could not be had neither eliminates nor confirms: a rule that
 * needs it is undecided, and a hypothesis with an undecided rule and none that holds is `unchecked`. Where a probe could run
 * on some of the target's nodes only, what it found there confirms, but it eliminates nothing.
 */
export function decide(cause: Cause, observations: Observations, context: Context): Decision {
  const against = outcomesOf(cause.eliminatedWhen, withoutPartOfNodes(observations), context);
  const inFavour = outcomesOf(cause.confirmedWhen, observations, context);
  const eliminated = against.find(({ holds }) => holds)?.rule;
  const confirmed = inFavour.find(({ holds }) => holds)?.rule;
  const say = ({ because }: Rule): string => because.render(observations, context);

  if (eliminated !== undefined && confirmed !== undefined)
    return { status: 'conflict', reason: `For: ${say(confirmed)} Against: ${say(eliminated)}` };
  if (confirmed !== undefined) {
    const culprit = confirmed.culprit?.render(observations, context);
    return { status: 'confirmed', reason: say(confirmed), ...(culprit !== undefined && { culprit }) };
  }
  if (eliminated !== undefined) return { status: 'eliminated', reason: say(eliminated) };
  const obstacles = new Set([...against, ...inFavour].flatMap((outcome) => outcome.obstacles));
  const suspected = outcomesOf(cause.standsWhen, observations, context).find(({ holds }) => holds)?.rule;
  if (suspected !== undefined)
    return { status: 'standing', reason: [say(suspected), ...settledBy([...obstacles])].join(' ') };
  if (obstacles.size > 0) return { status: 'unchecked', reason: sayFirst([...obstacles]) };
  return { status: 'standing', reason: cause.otherwise.render(observations, context) };
}

/** Without what was attempted from nodes of which another could not be looked from: that one may be the bad one. */
function withoutPartOfNodes(observations: Observations): Observations {
  const whole = new Map([...observations].map(([name, one]) => [name, withWholePlacements(one)]));
  // The same, where nothing is left out: what was worked out for it is remembered by it.
  return [...whole].every(([name, one]) => one === observations.get(name)) ? observations : whole;
}

function withWholePlacements(observation: Observation): Observation {
  if (observation.status !== 'observed') return observation;
  const { attempts, unseen } = observation;
  if (attempts === undefined || unseen === undefined) return observation;
  const whole = attempts.filter(({ from }) => !unseen.some((arm) => arm.from === from));
  return whole.length === attempts.length ? observation : { ...observation, attempts: whole };
}

/** What would settle a cause that stands: the looks that could not be made. */
function settledBy(obstacles: readonly string[]): string[] {
  return obstacles.length === 0 ? [] : [`Not settled: ${sayFirst(obstacles)}.`];
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
  return outcomesOf(cause.confirmedWhen, observations, context).every(
    ({ rule, holds }) => rule.when.reads.every(isState) && holds === false,
  );
}
