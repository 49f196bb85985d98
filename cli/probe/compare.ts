import { falseAccusation } from '../../core/statistics/binomial.ts';
import { fisherExact, isAlike, isWorse } from '../../core/statistics/two-arms.ts';
import type { ProbeAttempt } from '../../core/probe-task.ts';
import { sayP } from './p-value.ts';

/** One of two arms that ran side by side. */
export interface Side {
  readonly title: string;
  readonly attempts: readonly ProbeAttempt[];
}

export interface Comparison {
  /** The title of the arm that fails more, if one is shown to. */
  readonly worse: string | undefined;
  /** Whether neither is shown to fail twice as often as the other. */
  readonly alike: boolean;
  /** Of Fisher's exact test, two-sided. */
  readonly p: number;
  /** Milliseconds by which the arms missed each other, if they did: then it may be the time that makes the difference. */
  readonly apartMs: number | undefined;
}

/** Attempts of less than so many failures twice over show nothing. */
const alikeFactor = 2;

export function compare([a, b]: readonly [Side, Side]): Comparison {
  const [failedA, failedB] = [failedOf(a), failedOf(b)];
  const [ofA, ofB] = [a.attempts.length, b.attempts.length];
  const worse = isWorse(failedA, ofA, failedB, ofB) ? a : isWorse(failedB, ofB, failedA, ofA) ? b : undefined;
  return {
    worse: worse?.title,
    alike: isAlike(failedA, ofA, failedB, ofB, alikeFactor),
    p: fisherExact(failedA, ofA, failedB, ofB),
    apartMs: apartMs(a, b),
  };
}

/** `2 of 600 against 31 of 600, p < 0.001`, and what that says. */
export function sayComparison(
  sides: readonly [Side, Side],
  { worse, alike, p, apartMs: apart }: Comparison,
): string {
  const numbers = (first: Side, second: Side): string =>
    `${failedOf(first)} of ${first.attempts.length} against ${failedOf(second)} of ${second.attempts.length}, ${sayP(p)}`;
  const [a, b] = sides;
  const none = failedOf(a) + failedOf(b) === 0;
  const said = none
    ? `Neither fails: 0 of ${a.attempts.length} and 0 of ${b.attempts.length}.`
    : worse !== undefined
      ? `${worse} fails more: ${worse === a.title ? numbers(a, b) : numbers(b, a)}.`
      : alike
        ? `Both fail alike, neither twice as often as the other: ${numbers(a, b)}.`
        : `Nothing tells the two apart: ${numbers(a, b)} (a difference is told below p = ${falseAccusation}).`;
  if (apart === undefined) return said;
  return `${said} They ran ${Math.round(apart / 1000)} s apart: what differs may be the time.`;
}

function failedOf({ attempts }: Side): number {
  return attempts.filter(({ ok }) => !ok).length;
}

function apartMs(a: Side, b: Side): number | undefined {
  const [first, second] = [spanOf(a), spanOf(b)].sort((one, other) => one.from - other.from);
  const gap = (second?.from ?? 0) - (first?.to ?? 0);
  return gap > 1000 ? gap : undefined;
}

function spanOf({ attempts }: Side): { readonly from: number; readonly to: number } {
  const from = attempts.reduce((least, { at }) => Math.min(least, at), Infinity);
  const to = attempts.reduce((most, { at, ms }) => Math.max(most, at + ms), -Infinity);
  return { from, to };
}
