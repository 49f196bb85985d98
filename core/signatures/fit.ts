import { isRarer } from '../statistics/binomial.ts';
import type { Cell } from './cells.ts';
import { expected, smoothTail, sum } from './tail.ts';

/** How a template tells where the slow attempts lie. */
export interface Fit {
  readonly slow: number;
  /** Slow attempts at each of the template's times, by index; those in none of its cells are left out. */
  readonly clusters: ReadonlyMap<number, number>;
  /** Of the slow attempts those in clusters. */
  readonly explained: number;
  /** How many times likelier than under the best smooth tail the slow attempts lie as they do: the logarithm of it. */
  readonly gain: number;
  /** Whether the gain, if there is enough of it, is a reason to believe in the template. */
  readonly credible: boolean;
}

/** Fewer are chance, however well they lie. */
const fewest = 5;
/** Of the slow attempts that a smooth tail would not put at the template's times by chance, this part lies there. */
const most = 3 / 4;
/** A slow attempt at none of its times counts against a template: few have another reason. */
const unexplained = 1;

/** By which clusters shrink from one to the next: the chance of being hit once more. */
const factors = [0.0001, 0.001, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];

export function fit(cells: readonly Cell[]): Fit {
  const inStep = cells.filter(({ steps }) => steps.length > 0);
  const inGap = cells.filter(({ steps }) => steps.length === 0);
  const clusters = new Map<number, number>();
  for (const { steps, count } of inStep) {
    const step = steps[0]?.step ?? 0;
    clusters.set(step, (clusters.get(step) ?? 0) + count);
  }
  const slow = sum(cells.map(({ count }) => count));
  const explained = sum([...clusters.values()]);
  const tail = smoothTail(cells);
  const byChance = sum(cells.map(({ steps }, i) => (steps.length > 0 ? (tail.shares[i] ?? 0) : 0)));
  const gain =
    rhythm(inStep) + between(inGap) + split(explained, slow) - tail.chance - unexplained * (slow - explained);
  const first = clusters.get(0) ?? 0;
  return {
    slow,
    clusters,
    explained,
    gain,
    credible:
      explained >= fewest &&
      explained / slow - byChance >= most * (1 - byChance) &&
      // Who was hit twice was hit once before.
      [...clusters.values()].every((count) => !isRarer(first, first + count, 0.5)),
  };
}

/** Each further hit is as likely as the one before: clusters shrink by the same factor. */
function rhythm(cells: readonly Cell[]): number {
  const chances = factors.map((factor) => {
    const weights = cells.map(({ steps }) => sum(steps.map(({ step, part }) => factor ** step * part)));
    return expected(cells, weights).chance;
  });
  return Math.max(...chances);
}

/** What no template explains lies anywhere between its times. */
function between(gaps: readonly Cell[]): number {
  const widths = gaps.map(({ from, to }) => to - from);
  return expected(gaps, widths).chance;
}

function split(part: number, whole: number): number {
  return [part, whole - part].reduce((chance, n) => (n === 0 ? chance : chance + n * Math.log(n / whole)), 0);
}
