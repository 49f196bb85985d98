import { falseAccusation, falseElimination } from './binomial.ts';
import { counts } from './counts.ts';

/**
 * Whether attempts made so far already tell a faulty path from a healthy one, or more are needed: Wald's sequential
 * probability ratio test (1945), which may be asked after every attempt without the errors adding up, and on average
 * takes about half the attempts of a fixed sample.
 *
 * `healthyRate` and `faultyRate` are failures per attempt, the first below the second; rates between them may come out
 * either way. `faulty` is wrong at most `accusation` (1 %) of the time at the healthy rate, `healthy` at most
 * `elimination` (5 %) at the faulty one; Wald's bounds keep the two to within a twentieth of that. Impossible counts and
 * rates in the wrong order always take `more`.
 */
export function sprt(
  failures: number,
  attempts: number,
  healthyRate: number,
  faultyRate: number,
  { accusation = falseAccusation, elimination = falseElimination } = {},
): 'faulty' | 'healthy' | 'more' {
  const seen = counts(failures, attempts);
  if (seen === undefined || !(healthyRate >= 0 && healthyRate < faultyRate && faultyRate <= 1)) return 'more';
  const evidence =
    weigh(seen.failed, faultyRate, healthyRate) +
    weigh(seen.of - seen.failed, 1 - faultyRate, 1 - healthyRate);
  if (evidence >= Math.log((1 - elimination) / accusation)) return 'faulty';
  if (evidence <= Math.log(elimination / (1 - accusation))) return 'healthy';
  return 'more';
}

/** Log-likelihood ratio of `times` events; what never happened says nothing, even where it was impossible. */
function weigh(times: number, chanceIfFaulty: number, chanceIfHealthy: number): number {
  return times === 0 ? 0 : times * Math.log(chanceIfFaulty / chanceIfHealthy);
}
