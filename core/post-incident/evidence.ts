import { sayWhy } from '../lacks.ts';
import type { LookupFacts } from '../evidence.ts';
import { formatValue } from '../format.ts';
import { placements } from '../probes.ts';
import type { ReportedEvidence } from '../report.ts';
import { plural } from '../text.ts';
import { fence, heading, link, list, words } from './markdown.ts';
import { sayMoment } from './moment.ts';

/** One look: what was asked, when, and what it said. */
export function evidenceSection(evidence: ReportedEvidence): string[] {
  const { title, source, query, window, unseen = [] } = evidence;
  return [
    heading(3, words(title)),
    ...(query === undefined ? [] : [fence(query, source === 'promql' ? 'promql' : 'text')]),
    list([
      ...(window === undefined
        ? []
        : [`Window: ${sayMoment(window.from * 1000)} to ${sayMoment(window.to * 1000)}`]),
      sayAnswer(evidence),
      ...unseen.map(({ from, why }) => `Not from ${words(placements[from].title)}: ${words(sayWhy(why))}`),
      ...(evidence.link === undefined ? [] : [link(evidence.link, 'Look at it')]),
    ]),
  ];
}

function sayAnswer(evidence: ReportedEvidence): string {
  return evidence.status === 'unavailable'
    ? `Could not be looked at: ${words(sayWhy(evidence.why))}`
    : `Said: ${words(numbersOf(evidence))}`;
}

function numbersOf({ source, unit = 'number', facts = {}, samples = 0 }: ReportedEvidence): string {
  const { count } = facts;
  if (source === 'promql' && facts['max'] === undefined) return 'no series matched';
  const series =
    source === 'promql' && typeof count === 'number' ? ` over ${plural(count, 'series', 'series')}` : '';
  const said = Object.entries(facts)
    .filter(([name]) => name !== 'samples' && (source !== 'promql' || name !== 'count'))
    .map(([name, value]) => `${name} ${sayFact(value, source === 'promql' ? unit : 'number')}`);
  return said.length === 0 ? plural(samples, 'object') : `${said.join(', ')}${series}`;
}

/** Enough of a list to know what is in it. */
const mostOfList = 10;

function sayFact(value: LookupFacts[string], unit: NonNullable<ReportedEvidence['unit']>): string {
  if (typeof value === 'number') return formatValue(value, unit);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value === '' ? 'none' : value;
  if (value.length === 0) return 'none';
  const more = value.length > mostOfList ? ` and ${value.length - mostOfList} more` : '';
  return `${value.slice(0, mostOfList).join(' ')}${more}`;
}
