import { formatValue } from '../../core/format.ts';
import type { ProbeAttempt } from '../../core/probe-task.ts';
import { concentration } from '../../core/statistics/concentration.ts';
import { harmless } from '../terminal.ts';
import { sayP } from './p-value.ts';
import { columns, fit, type Cell } from './table.ts';
import { median, sayMs } from './times.ts';

/** What attempts are told apart by, in the order of how much that says. */
const labels = [
  'rung',
  'via',
  'range',
  'direction',
  'size',
  'idle',
  'sni',
  'status',
  'rcode',
  'hop',
  'node',
  'peer',
  'to',
  'backend',
];
/** Groups that are shown; of more, the worst. */
const mostShown = 6;

interface Group {
  readonly key: string;
  readonly of: number;
  readonly failed: number;
  /** Milliseconds, of those that were ok. */
  readonly median: number;
}

/** Attempts by each label in which they differ, unless a label before it told them apart the same way. */
export function sayGroups(attempts: readonly ProbeAttempt[], width: number): string[] {
  const told = new Set<string>();
  return labels.flatMap((label) => {
    const parts = partition(attempts, label);
    const shape = JSON.stringify([...parts.values()].map((part) => part.map(({ n }) => n)));
    if (parts.size < 2 || told.has(shape)) return [];
    told.add(shape);
    return ['', ...sayLabel(label, parts, width)];
  });
}

function partition(attempts: readonly ProbeAttempt[], label: string): Map<string, ProbeAttempt[]> {
  const parts = new Map<string, ProbeAttempt[]>();
  for (const attempt of attempts) {
    const key = valueOf(attempt, label);
    if (key === undefined) continue;
    const part = parts.get(key);
    if (part === undefined) parts.set(key, [attempt]);
    else part.push(attempt);
  }
  return parts;
}

/** Sizes only mean something in their direction. */
function valueOf({ to, labels = {} }: ProbeAttempt, label: string): string | undefined {
  if (label === 'to') return to;
  if (label === 'direction' && labels['size'] !== undefined) return undefined;
  if (label === 'size' && labels['size'] !== undefined)
    return [labels['direction'], labels['size']].filter((one) => one !== undefined).join(' ');
  return labels[label];
}

function sayLabel(label: string, parts: ReadonlyMap<string, ProbeAttempt[]>, width: number): string[] {
  const groups = [...parts].map(([key, part]): Group => {
    const ok = part.filter((one) => one.ok);
    const failed = part.length - ok.length;
    return { key, of: part.length, failed, median: ok.length === 0 ? NaN : median(ok.map(({ ms }) => ms)) };
  });
  const shown = groups.length <= mostShown ? groups : groups.toSorted(byBadness).slice(0, mostShown);
  const rows = shown.map(({ key, of, failed, median: ms }): Cell[] => [
    fit(harmless(key), Math.max(12, width - 32)),
    { right: formatValue(of, 'count') },
    { right: formatValue(failed, 'count') },
    { right: Number.isNaN(ms) ? '–' : sayMs(ms) },
  ]);
  const worst = concentration(groups);
  return [
    `By ${label}`,
    ...columns([['', { right: 'of' }, { right: 'failed' }, { right: 'p50' }], ...rows]),
    ...(groups.length > shown.length ? [`  and ${groups.length - shown.length} more, none worse`] : []),
    ...(worst === undefined ? [] : [sayWorst(worst)]),
  ];
}

function sayWorst({ key, p, also }: NonNullable<ReturnType<typeof concentration>>): string {
  const others = also.length === 0 ? '' : `, and so do ${also.length} more`;
  return `  ${fit(harmless(key), 24)} fails more than the rest, ${sayP(p)}${others}`;
}

function byBadness(a: Group, b: Group): number {
  return b.failed / b.of - a.failed / a.of || (Number.isNaN(a.median) ? 0 : b.median - a.median);
}
