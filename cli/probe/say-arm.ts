import { styleText } from 'node:util';
import { formatValue } from '../../core/format.ts';
import type { ProbeAttempt, ProberKind } from '../../core/probe-task.ts';
import { classify, type Signature } from '../../core/signatures/classify.ts';
import { proportionInterval } from '../../core/statistics/binomial.ts';
import type { ArmResult } from '../../workers/probes/output.ts';
import { sayAsList } from '../say.ts';
import { harmless, indent, widthOf, wrap, type Screen } from '../terminal.ts';
import { sayFindings } from './findings.ts';
import { sayGroups } from './groups.ts';
import { sayHistogram } from './histogram.ts';
import { isTimed, kindsByHand } from './kinds.ts';
import { columns, fit } from './table.ts';
import { median, sayMs, sayTimes } from './times.ts';

/** The attempts that count: what a search for a boundary adds is no sample. */
export function countedOf({ attempts }: ArmResult): readonly ProbeAttempt[] {
  return attempts.filter(({ labels }) => labels?.['step'] !== 'bisect');
}

/** The timer that times keep to: those of what was late or, if they keep to none, of what failed. */
export interface Rhythm {
  readonly of: 'late' | 'failed';
  readonly signature: Signature;
}

export function rhythmOf(kind: ProberKind, attempts: readonly ProbeAttempt[]): Rhythm | undefined {
  const among = kindsByHand[kind].timers;
  if (among.length === 0) return undefined;
  const secondsOf = (ok: boolean): number[] =>
    attempts.filter((one) => one.ok === ok).map(({ ms }) => ms / 1000);
  const late = classify(secondsOf(true), { among });
  if (late.name !== 'none') return { of: 'late', signature: late };
  const failed = classify(secondsOf(false), { among, failed: true });
  return failed.name === 'none' ? undefined : { of: 'failed', signature: failed };
}

/** What one arm found, for a terminal, no wider than it. */
export function sayArm(kind: ProberKind, result: ArmResult, screen: Screen): string[] {
  const width = widthOf(screen);
  const { summary } = result;
  const attempts = countedOf(result);
  const ok = attempts.filter((one) => one.ok);
  // Counters make no attempts, and hops that do not answer have not failed.
  const isSample = kind !== 'counters' && kind !== 'path';
  const listed = (title: string, texts: readonly string[]): string[] =>
    texts.length === 0 ? [] : ['', title, ...sayAsList(texts, screen)];
  return [
    ...(isSample ? [wrap(headline(kind, attempts), width)] : []),
    ...(summary.ended === 'complete' ? [] : [ending(summary.ended)]),
    ...(isSample ? [...lead(sayTimes(ok, width)), ...sayErrors(attempts, width)] : []),
    ...sayRhythm(kind, ok, rhythmOf(kind, attempts), width),
    ...sayGroups(attempts, width),
    ...(kind === 'counters'
      ? sayCounters(summary.facts, width)
      : listed('Findings', sayFindings(summary.facts))),
    ...listed('Notes', summary.notes),
  ];
}

function headline(kind: ProberKind, attempts: readonly ProbeAttempt[]): string {
  const of = attempts.length;
  if (of === 0) return 'No attempt came to an end.';
  const ok = attempts.filter((one) => one.ok).length;
  const [n, what] = kind === 'transparent-proxy' ? [ok, 'connected'] : [of - ok, 'failed'];
  const { low, high } = proportionInterval(n, of);
  const percent = (share: number): string => formatValue(share, 'percent');
  const share = `${percent(n / of)} (95 % interval ${percent(low)} to ${percent(high)})`;
  const said = `${formatValue(n, 'count')} of ${formatValue(of, 'count')} ${what}: ${share}`;
  return n === 0 ? styleText('green', said) : styleText('red', said);
}

function ending(ended: 'deadline' | 'stopped'): string {
  return ended === 'deadline' ? 'Ended at its deadline.' : 'Stopped before its end.';
}

function sayErrors(attempts: readonly ProbeAttempt[], width: number): string[] {
  const errors = Map.groupBy(
    attempts.filter((one) => !one.ok),
    ({ error = 'no reason' }) => error,
  );
  if (errors.size === 0) return [];
  const rows = [...errors]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([error, those]) => [
      fit(harmless(error), Math.max(12, width - 30)),
      { right: formatValue(those.length, 'count') },
      `after ${sayMs(median(those.map(({ ms }) => ms)))}`,
    ]);
  return ['', 'Errors', ...columns(rows)];
}

function sayRhythm(
  kind: ProberKind,
  ok: readonly ProbeAttempt[],
  rhythm: Rhythm | undefined,
  width: number,
): string[] {
  const times = isTimed(kind) ? ok.map(({ ms }) => ms) : [];
  const histogram = sayHistogram(times, rhythm?.of === 'late' ? rhythm.signature : undefined, width);
  return [
    ...(histogram.length === 0 ? [] : ['', 'Times of those that were ok', ...histogram]),
    ...(rhythm === undefined ? [] : ['', styleText('bold', indent(wrap(sayTitle(rhythm), width - 2)))]),
  ];
}

function sayTitle({ of, signature }: Rhythm): string {
  const those = of === 'late' ? 'were late' : 'failed';
  return `→ ${signature.title} (${signature.events} of the ${signature.of} that ${those})`;
}

function sayCounters(facts: ArmResult['summary']['facts'], width: number): string[] {
  const { seconds = 0, ...rest } = facts;
  const numbers = Object.entries(rest).flatMap(([name, value]) =>
    typeof value === 'number' ? [{ name: harmless(name), value }] : [],
  );
  const rows = numbers
    .filter(({ value }) => value !== 0)
    .map(({ name, value }) => [fit(name, 40), { right: formatValue(value, 'count') }]);
  const zeros = numbers.filter(({ value }) => value === 0).map(({ name }) => name);
  return [
    wrap(`Rose within ${String(seconds)} s; what is in use or a limit, as it stands:`, width),
    ...columns(rows),
    ...(zeros.length === 0 ? [] : ['', 'Zero:', `  ${indent(wrap(zeros.join(', '), width - 2))}`]),
  ];
}

function lead(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', ...lines];
}
