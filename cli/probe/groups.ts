import { formatValue } from '../../core/format.ts';
import type { ProbeAttempt } from '../../core/probe-task.ts';
import { concentration } from '../../core/statistics/concentration.ts';
import { harmless } from '../terminal.ts';
import { sayP } from './p-value.ts';
import { columns, fit, type Cell } from './table.ts';
import { quantile, sayMs } from './times.ts';

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
  /** Milliseconds, of those that were ok; NaN if none was. */
  readonly p50: number;
  readonly p99: number;
}

/** Attempts by each label in which they differ (hops even if there is one), unless one before it told them apart so. */
export function sayGroups(attempts: readonly ProbeAttempt[], width: number): string[] {
  const told = new Set<string>();
  return labels.flatMap((label) => {
    const parts = partition(attempts, label);
    const shape = JSON.stringify([...parts.values()].map((part) => part.map(({ n }) => n)));
    if (parts.size < (label === 'hop' ? 1 : 2) || told.has(shape)) return [];
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

/** Sizes only mean something in their direction, hops by who answers there. */
function valueOf({ to, labels = {} }: ProbeAttempt, label: string): string | undefined {
  if (label === 'to') return to;
  if (label === 'node' && labels['hop'] !== undefined) return undefined;
  if (label === 'hop' && labels['hop'] !== undefined)
    return `${labels['hop'].padStart(2)} ${labels['node'] ?? ''}`;
  if (label === 'direction' && labels['size'] !== undefined) return undefined;
  if (label === 'size' && labels['size'] !== undefined)
    return [labels['direction'], labels['size']].filter((one) => one !== undefined).join(' ');
  return labels[label];
}

function sayLabel(label: string, parts: ReadonlyMap<string, ProbeAttempt[]>, width: number): string[] {
  const groups = [...parts].map(([key, part]): Group => {
    const ok = part
      .filter((one) => one.ok)
      .map(({ ms }) => ms)
      .sort((one, other) => one - other);
    const failed = part.length - ok.length;
    return { key, of: part.length, failed, p50: quantile(ok, 0.5), p99: quantile(ok, 0.99) };
  });
  const inOrder = groups.length <= mostShown || label === 'hop';
  const shown = inOrder ? groups : groups.toSorted(byBadness).slice(0, mostShown);
  // A narrow terminal has no room for the slowest.
  const times = width < 50 ? (['p50'] as const) : (['p50', 'p99'] as const);
  const rows = shown.map(({ key, of, failed, ...took }): Cell[] => [
    fit(harmless(key), Math.max(12, width - 40)),
    { right: formatValue(of, 'count') },
    { right: formatValue(failed, 'count') },
    ...times.map((time) => ({ right: Number.isNaN(took[time]) ? '–' : sayMs(took[time]) })),
  ]);
  // Routers limit how many answers they give: a hop that stands out is no culprit.
  const worst = label === 'hop' ? undefined : concentration(groups);
  return [
    `By ${label}`,
    ...columns([
      ['', { right: 'of' }, { right: 'failed' }, ...times.map((time) => ({ right: time }))],
      ...rows,
    ]),
    ...(groups.length > shown.length ? [`  and ${groups.length - shown.length} more, none worse`] : []),
    ...(worst === undefined ? [] : [sayWorst(worst)]),
  ];
}

function sayWorst({ key, p, also }: NonNullable<ReturnType<typeof concentration>>): string {
  const others = also.length === 0 ? '' : `, and so do ${also.length} more`;
  return `  ${fit(harmless(key), 24)} fails more than the rest, ${sayP(p)}${others}`;
}

function byBadness(a: Group, b: Group): number {
  return b.failed / b.of - a.failed / a.of || (Number.isNaN(a.p99) ? 0 : b.p99 - a.p99);
}
