/**
 * Whether failures sit in one group: a node, a zone, a backend. Each group is compared with all the others together, so
 * a second bad group makes the first stand out less, never more.
 */
import { falseAccusation } from './binomial.ts';
import { counts, type Counts } from './counts.ts';
import { chanceOfAtLeast } from './hypergeometric.ts';
import { isNoWorse } from './two-arms.ts';

/** `failed` of `of` attempts failed in the group that `key` names. */
export interface Group {
  readonly key: string;
  readonly failed: number;
  readonly of: number;
}

export interface Concentration extends Group {
  /** What the other groups have together. */
  readonly restFailed: number;
  readonly restOf: number;
  /** The chance of so bad a group among so many groups, if all fail alike. */
  readonly p: number;
  /** The other groups that pass the same corrected test, worst first: more than a few, and no group is the culprit. */
  readonly also: readonly string[];
}

/**
 * The group that fails more often than all the rest: Fisher's exact test, one-sided, for each group, corrected for
 * having looked at all of them (Holm, Scandinavian Journal of Statistics 1979; for the worst group that is Bonferroni's
 * correction). Undefined unless the corrected p is at most 1 %, so that in all the groups together an innocent one is
 * named at most one time in a hundred (`falseAccusation`). Groups without attempts are left out. Equally bad groups come
 * in the order of their shares, then of their keys.
 */
export function concentration(groups: readonly Group[]): Concentration | undefined {
  const tested = groups.flatMap(({ key, failed, of }) => {
    const own = counts(failed, of);
    return own === undefined ? [] : [{ key, ...own }];
  });
  const all = sum(tested);
  return worstOf(tested.map((group) => ({ ...group, rest: without(all, group) })));
}

/** A way that attempts took, by its two ends, which may be one. */
export interface Leg extends Counts {
  readonly ends: readonly [string, string];
}

/**
 * The end with which more attempts fail than without it, by the same test: a node that is to blame is one end of every
 * bad way, and of no good one. Two ends that no other way tells apart are both worse: `also` names the second.
 */
export function commonEnd(legs: readonly Leg[]): Concentration | undefined {
  const all = sum(legs);
  const ends = new Set(legs.flatMap((leg) => leg.ends));
  return worstOf(
    [...ends].map((key) => {
      const own = sum(legs.filter((leg) => leg.ends.includes(key)));
      return { key, ...own, rest: without(all, own) };
    }),
  );
}

function worstOf(groups: readonly (Group & { readonly rest: Counts })[]): Concentration | undefined {
  const ordered = groups
    .map((group) => ({ ...group, p: chanceOfAtLeast(group, group.rest) }))
    .sort((a, b) => a.p - b.p || b.failed / b.of - a.failed / a.of || (a.key < b.key ? -1 : 1));

  // Holm: the worst p is multiplied by the number of tests, the next by one less, up to the first that fails. Of groups
  // that share nothing one always does, as not all are worse than the others.
  const innocent = ordered.findIndex(({ p }, index) => p * (ordered.length - index) > falseAccusation);
  const [worst, ...others] = innocent === -1 ? ordered : ordered.slice(0, innocent);
  if (worst === undefined) return undefined;
  return {
    key: worst.key,
    failed: worst.failed,
    of: worst.of,
    restFailed: worst.rest.failed,
    restOf: worst.rest.of,
    p: worst.p * ordered.length,
    also: others.map(({ key }) => key),
  };
}

/**
 * Whether failures are spread over all groups: none fails `factor` (above 1) times as often as all the others together,
 * or more. Rules out that one group is to blame, wrong at most one time in twenty (`falseElimination`): each group
 * passes `isNoWorse` on its own, and as all must, no correction is needed (Berger, Technometrics 1982). A χ² test that
 * finds no difference would not do: too few attempts find none either. A group without attempts could be anything, so
 * with one failures are not shown to be spread.
 */
export function isEven(groups: readonly Group[], factor: number): boolean {
  const all = sum(groups);
  return (
    groups.length > 1 &&
    groups.every((group) => {
      const rest = without(all, group);
      return isNoWorse(group.failed, group.of, rest.failed, rest.of, factor);
    })
  );
}

function sum(groups: readonly Counts[]): Counts {
  return groups.reduce((total, { failed, of }) => ({ failed: total.failed + failed, of: total.of + of }), {
    failed: 0,
    of: 0,
  });
}

function without(all: Counts, group: Counts): Counts {
  return { failed: all.failed - group.failed, of: all.of - group.of };
}
