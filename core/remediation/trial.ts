import type { Decision } from '../decide.ts';
import type { Evidence } from '../evidence.ts';
import { formatValue } from '../format.ts';
import { isNoWorse, isWorse } from '../statistics/two-arms.ts';
import type { Compared, Counted } from './outcome.ts';

/** The probe of a trial: before the change, with it, and after it was taken back. */
export interface TrialArms {
  readonly title: string;
  readonly before: Counted;
  readonly treated: Counted;
  readonly after: Counted;
}

/** Failures that a change does not even halve are not of what it took away. */
const leastEffect = 2;

/** The id of a trial's evidence, among that of the investigation it is a trial for. */
export function trialId(cause: string): string {
  return `${cause}/trial`;
}

/**
 * The arm that failed most before, through all three measurements; the two comparisons are of the same looks. Nothing
 * where they have no arm in common.
 */
export function armsOf(toTreated: readonly Compared[], toAfter: readonly Compared[]): TrialArms | undefined {
  const later = toAfter.filter((one) => one.kind === 'attempts');
  const arms = toTreated
    .filter((one) => one.kind === 'attempts')
    .flatMap(({ title, from, before, after: treated }) => {
      const same = later.find((one) => one.title === title && one.from === from);
      return same === undefined
        ? []
        : [{ title: `${title}: from ${from}`, before, treated, after: same.after }];
    });
  const share = ({ before }: TrialArms): number => before.failed / Math.max(before.of, 1);
  return arms.sort((a, b) => share(b) - share(a))[0];
}

/** What a trial has measured, as evidence that rules of no playbook need to know. */
export function trialEvidence(cause: string, { title, before, treated, after }: TrialArms): Evidence {
  const facts = {
    before_failed: before.failed,
    before_count: before.of,
    treated_failed: treated.failed,
    treated_count: treated.of,
    after_failed: after.failed,
    after_count: after.of,
  };
  return {
    request: { source: 'cluster', id: trialId(cause), title: `Trial. ${title}`, lookup: 'trial', params: {} },
    observation: { status: 'observed', samples: before.of + treated.of + after.of, facts },
    tookMs: 0,
  };
}

/**
 * What a trial makes of the verdict on its cause. It proves the cause where the failures went away with the change and
 * came back without it, each at 99 %; it rules the cause out where the change is shown not even to halve them, at 95 %.
 * Against what the other evidence says it is a conflict.
 */
export function withTrial(decision: Decision, trial: Evidence | undefined): Decision {
  const arms = trial === undefined ? undefined : readArms(trial);
  const said = arms === undefined ? undefined : verdictOf(arms);
  if (arms === undefined || said === undefined) return decision;
  const reason = sayArms(arms);
  const isOpen = decision.status === 'standing' || decision.status === 'unchecked';
  if (isOpen) return { status: said, reason };
  if (decision.status === said) return { ...decision, reason: `${decision.reason} ${reason}` };
  return { status: 'conflict', reason: `${decision.reason} But: ${reason}` };
}

type Arms = Omit<TrialArms, 'title'>;

function verdictOf({ before, treated, after }: Arms): 'confirmed' | 'eliminated' | undefined {
  const wentAway = isWorse(before.failed, before.of, treated.failed, treated.of);
  const cameBack = isWorse(after.failed, after.of, treated.failed, treated.of);
  if (wentAway && cameBack) return 'confirmed';
  const [failed, of] = [before.failed + after.failed, before.of + after.of];
  return isNoWorse(failed, of, treated.failed, treated.of, leastEffect) ? 'eliminated' : undefined;
}

function sayArms({ before, treated, after }: Arms): string {
  const say = ({ failed, of }: Counted): string =>
    `${formatValue(failed, 'count')} of ${formatValue(of, 'count')}`;
  return `In a trial ${say(treated)} failed or were late; without it ${say(before)} before and ${say(after)} after.`;
}

function readArms({ observation }: Evidence): Arms | undefined {
  if (observation.status !== 'observed' || observation.facts === undefined) return undefined;
  const { facts } = observation;
  const read = (arm: string): Counted => ({
    failed: Number(facts[`${arm}_failed`]),
    of: Number(facts[`${arm}_count`]),
  });
  const arms = { before: read('before'), treated: read('treated'), after: read('after') };
  return Object.values(arms).every(({ failed, of }) => Number.isInteger(failed) && of > 0) ? arms : undefined;
}
