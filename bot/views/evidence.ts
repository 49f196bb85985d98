import { sayWhy } from '../../core/lacks.ts';
import type { LookupFacts } from '../../core/evidence.ts';
import { formatValue, type FormatName } from '../../core/format.ts';
import type { Report, ReportedEvidence } from '../../core/report.ts';
import { marks } from './marks.ts';
import { paginate, type Message } from './message.ts';
import { bold, code, fallback, line, link, plural, sayTime } from './text.ts';

/** Below this all fits into one message with its links. */
const roomForLines = 8000;
/** Of notes, which stand above all looks. */
const mostNotes = 5;

/**
 * What decided, in one message: the looks of causes that are not eliminated, what decided most first, and all that could
 * not be seen. The rest is in the file (evidence-file.ts); a thread of forty lines is not read at night.
 */
export function evidenceMessage(report: Report): Message | undefined {
  if (report.evidence.length === 0) return undefined;
  const evidence = report.evidence.filter(({ source }) => source !== 'person');
  const blind = evidence.filter(({ status }) => status === 'unavailable').length;
  const lines: string[] = [];
  let length = 0;
  let shown = 0;
  const notes = saidLines(report);
  const room = roomForLines - notes.join('\n').length;
  for (const alike of grouped(deciding(report))) {
    const text = evidenceLine(alike);
    length += text.length + 1;
    if (length > room) break;
    lines.push(text);
    shown += alike.length;
  }
  const rest = evidence.length - shown;
  const more =
    rest === 0
      ? []
      : [`${plural(rest, 'more look')} with ${rest === 1 ? 'its query' : 'their queries'} in the file.`];
  const [blocks = []] = paginate([bold(`Evidence (${evidence.length})`), ...notes, ...lines, ...more]);
  const text = `Evidence: ${plural(evidence.length, 'look')}${blind === 0 ? '' : `, ${blind} without an answer`}`;
  return { text: fallback(text), blocks };
}

/** The latest of what people said: nothing that rules go by. */
function saidLines({ evidence }: Report): string[] {
  const notes = evidence.flatMap(({ title, said }) => (said === undefined ? [] : [{ title, said }]));
  const older = notes.length > mostNotes ? [`… ${plural(notes.length - mostNotes, 'earlier note')}`] : [];
  const latest = notes.slice(-mostNotes).map(({ title, said }) => {
    const by = `said by ${line(said.by, 80)} at ${sayTime(said.at)}`;
    return `“${line(title, 600)}” — ${by}`;
  });
  return [...older, ...latest];
}

function deciding({ evidence, hypotheses }: Report): ReportedEvidence[] {
  const weight = { confirmed: 0, conflict: 1, standing: 2, unchecked: 3, eliminated: 4 } as const;
  const weights = new Map<string, number>();
  for (const { status, evidence: ids } of hypotheses) {
    for (const id of ids) weights.set(id, Math.min(weights.get(id) ?? 4, weight[status]));
  }
  const weightOf = ({ id }: ReportedEvidence): number => weights.get(id) ?? 4;
  return evidence
    .filter(({ source }) => source !== 'person')
    .filter((one) => weightOf(one) < weight.eliminated || one.status === 'unavailable')
    .sort((a, b) => weightOf(a) - weightOf(b));
}

/** Probes that are missing for one reason are one line, where the first of them stands. */
function grouped(evidence: readonly ReportedEvidence[]): ReportedEvidence[][] {
  const keyOf = ({ id, source, status, why }: ReportedEvidence): string =>
    status === 'unavailable' && source === 'probe' ? sayWhy(why) : id;
  return [...Map.groupBy(evidence, keyOf).values()];
}

function evidenceLine(alike: readonly ReportedEvidence[]): string {
  const [evidence] = alike;
  if (evidence === undefined) return '';
  const where = evidence.link === undefined ? '' : ` · ${link(evidence.link, 'graph')}`;
  const more = alike.length > maxTitles ? ` and ${plural(alike.length - maxTitles, 'more look')}` : '';
  const titles = alike.slice(0, maxTitles).map((one) => line(one.title, 140));
  const title = `${titles.join('; ')}${more}`;
  if (evidence.status === 'unavailable')
    return `${marks.unchecked} ${title}: ${line(sayWhy(evidence.why), 260)}${where}`;
  return `• ${title}: ${numbersOf(evidence)}${where}`;
}

const maxTitles = 6;
const maxFacts = 6;

/** What a look gave, in one line; `most` is how many facts of it are told. */
export function numbersOf(
  { source, unit = 'number', facts = {}, samples = 0 }: ReportedEvidence,
  most = maxFacts,
): string {
  if (source === 'promql') return metricNumbers(facts, unit);
  const said = Object.entries(facts).filter(([name]) => name !== 'samples');
  const more = said.length > most ? `, ${said.length - most} more` : '';
  const shown = said.slice(0, most).map(([name, value]) => `${line(name, 40)} ${factValue(value)}`);
  return said.length === 0 ? plural(samples, 'object') : `${shown.join(', ')}${more}`;
}

/** One value says itself; many are said by their range. */
function metricNumbers({ count, samples, max, min, mean }: LookupFacts, unit: FormatName): string {
  const say = (value: LookupFacts[string] | undefined): string =>
    typeof value === 'number' ? line(formatValue(value, unit)) : '(unknown)';
  if (samples === 0 || max === undefined) return 'no series matched';
  if (samples === 1) return say(max);
  const series = typeof count === 'number' ? ` over ${plural(count, 'series', 'series')}` : '';
  return min === max
    ? `${say(max)} throughout${series}`
    : `max ${say(max)}, mean ${say(mean)}, min ${say(min)}${series}`;
}

function factValue(value: LookupFacts[string]): string {
  if (typeof value === 'number') return line(formatValue(value, 'number'));
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value === '' ? 'none' : code(value, 80);
  if (value.length === 0) return 'none';
  const shown = value.slice(0, 3).map((one) => code(one, 60));
  return `${shown.join(' ')}${value.length > 3 ? ` +${value.length - 3}` : ''}`;
}
