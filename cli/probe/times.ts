import { formatValue } from '../../core/format.ts';
import type { ProbeAttempt } from '../../core/probe-task.ts';
import { columns, type Cell } from './table.ts';

const names = { dns: 'look-up', connect: 'connect', tls: 'TLS', firstByte: 'first byte' } as const;

/** The percentiles of the attempts that were ok, as a whole and phase by phase. */
export function sayTimes(ok: readonly ProbeAttempt[], width: number): string[] {
  if (ok.length === 0) return [];
  const shown = width < 50 ? ([0.5, 0.99, 1] as const) : ([0.5, 0.9, 0.99, 1] as const);
  const heads = shown.map((q) => (q === 1 ? 'max' : `p${q * 100}`));
  const row = (name: string, ms: readonly number[]): Cell[] => {
    const sorted = ms.toSorted((a, b) => a - b);
    return [name, ...shown.map((q) => ({ right: sayMs(quantile(sorted, q)) }))];
  };
  const phases = Object.entries(names).flatMap(([phase, name]) => {
    const took = ok.flatMap(({ phases }) => phases[phase as keyof typeof names] ?? []);
    return took.length === 0 ? [] : [row(name, took)];
  });
  const all = row(
    'time',
    ok.map(({ ms }) => ms),
  );
  // One phase that is all of it is no news.
  const [only] = phases;
  const parts =
    phases.length === 1 && only?.slice(1).every((cell, n) => same(cell, all[n + 1])) ? [] : phases;
  return columns([['', ...heads.map((right) => ({ right }))], all, ...parts]);
}

/** The time that a share `q` did not exceed (nearest rank). */
export function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(Math.max(Math.ceil(q * sorted.length), 1), sorted.length) - 1] ?? NaN;
}

export function median(ms: readonly number[]): number {
  return quantile(
    ms.toSorted((a, b) => a - b),
    0.5,
  );
}

export function sayMs(ms: number): string {
  return formatValue(ms / 1000, 'seconds');
}

function same(a: Cell, b: Cell | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
