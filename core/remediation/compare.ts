import type { Attempt, Observation, Series } from '../evidence.ts';
import { MetricFacts } from '../facts/metric.ts';
import type { Cause } from '../playbook/cause.ts';
import { placements } from '../probes.ts';
import { isWorse } from '../statistics/two-arms.ts';
import type { Compared, Counted } from './outcome.ts';

/** A first retransmission of a SYN waits for 1 s (RFC 6298): what took about that long was not well, though it succeeded. */
const lateSeconds = 0.9;
/** More would not be read. */
const mostShown = 6;

/** Observations by the names that the rules of the cause use. */
type Observations = ReadonlyMap<string, Observation>;

/** The same looks of one cause, before a change and after it; what could not be seen both times is left out. */
export function compareLooks(cause: Cause, then: Observations, now: Observations): readonly Compared[] {
  const relevant = new Set(cause.confirmedWhen.flatMap(({ when }) => when.reads));
  return cause.evidence
    .filter(({ name }) => relevant.has(name))
    .flatMap(({ name, title, ...template }) => {
      const unit = template.source === 'promql' ? template.unit : 'number';
      return compareLook(title, unit, then.get(name), now.get(name));
    })
    .slice(0, mostShown);
}

function compareLook(
  title: string,
  unit: string,
  then: Observation | undefined,
  now: Observation | undefined,
): readonly Compared[] {
  if (then?.status !== 'observed' || now?.status !== 'observed') return [];
  if (then.attempts !== undefined && now.attempts !== undefined)
    return compareAttempts(title, then.attempts, now.attempts);
  if (then.series !== undefined && now.series !== undefined) {
    const [before, after] = [highest(then.series), highest(now.series)];
    return before === undefined || after === undefined
      ? []
      : [{ kind: 'number', title, unit, before, after }];
  }
  return [];
}

function compareAttempts(
  title: string,
  before: readonly Attempt[],
  after: readonly Attempt[],
): readonly Compared[] {
  const arms = [...new Set(before.map(({ from }) => from))];
  return arms.flatMap((from): Compared[] => {
    const [then, now] = [count(before, from), count(after, from)];
    const where = placements[from].title;
    return now.of === 0 ? [] : [{ kind: 'attempts', title, from: where, before: then, after: now }];
  });
}

function count(attempts: readonly Attempt[], arm: string): Counted {
  const made = attempts.filter(({ from }) => from === arm);
  return { failed: made.filter(({ ok, seconds }) => !ok || seconds >= lateSeconds).length, of: made.length };
}

function highest(series: readonly Series[]): number | undefined {
  const { samples, max } = new MetricFacts(series);
  return samples > 0 && Number.isFinite(max) ? max : undefined;
}

/**
 * Whether any arm of any probe fails less often than before, or more often: an exact test at 99 % over all arms that
 * are compared. Numbers alone show neither, as a lower value may be a quieter minute.
 */
export function directionOf(compared: readonly Compared[]): 'better' | 'worse' | 'same' {
  const arms = compared.filter((one) => one.kind === 'attempts');
  const differs = (a: 'before' | 'after', b: 'before' | 'after'): boolean =>
    arms.some((one) => isWorse(one[a].failed, one[a].of, one[b].failed, one[b].of, arms.length));
  if (differs('after', 'before')) return 'worse';
  return differs('before', 'after') ? 'better' : 'same';
}
