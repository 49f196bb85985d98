import { formatValue, isFormatName } from '../format.ts';
import { proportionInterval } from '../statistics/binomial.ts';
import type { Compared, Counted, Outcome } from './outcome.ts';

const verdicts: Readonly<Record<Outcome['kind'], string>> = {
  fixed: 'fixed',
  better: 'better, not fixed',
  unchanged: 'no better',
  worse: 'worse',
  'cannot-tell': 'cannot tell whether it helped',
};

export function sayOutcomeKind(kind: Outcome['kind']): string {
  return verdicts[kind];
}

/**
 * What a change has changed: the arms in which anything went wrong, `TLS handshakes: from the target's own pod 4.1 % (41
 * of 1,000; 3 % to 5.5 %) → 0 of 1,200, below 0.25 % at 95 %`, and how many others were and are well.
 */
export function sayCompared(compared: readonly Compared[]): readonly string[] {
  const arms = compared.filter((one) => one.kind === 'attempts');
  const wrong = arms.filter(({ before, after }) => before.failed + after.failed > 0);
  const well = arms.length - wrong.length;
  return [
    ...wrong.map(
      ({ title, from, before, after }) => `${title}: from ${from} ${sayShare(before)} → ${sayShare(after)}`,
    ),
    ...(well > 0
      ? [`${well} other ${well === 1 ? 'arm' : 'arms'} of the probes: no failure before or after`]
      : []),
    ...compared.flatMap((one) => (one.kind === 'number' ? [sayNumbers(one)] : [])),
  ];
}

function sayNumbers({ title, unit, before, after }: Extract<Compared, { kind: 'number' }>): string {
  const say = (value: number): string => formatValue(value, isFormatName(unit) ? unit : 'number');
  return `${title}: ${say(before)} → ${say(after)}`;
}

/** Failed or late attempts, with what they leave possible: of none the most that there may be. */
export function sayShare({ failed, of }: Counted): string {
  const counts = `${formatValue(failed, 'count')} of ${formatValue(of, 'count')}`;
  // One-sided at 95 % is two-sided at 90 %.
  if (failed === 0)
    return `${counts}, below ${formatValue(proportionInterval(0, of, 0.9).high, 'percent')} at 95 %`;
  const { low, high } = proportionInterval(failed, of);
  return `${formatValue(failed / of, 'percent')} (${counts}; ${formatValue(low, 'percent')} to ${formatValue(high, 'percent')})`;
}
