import type { ModalView } from '@slack/types';
import type { Report, ReportedEvidence } from '../../core/report.ts';
import { sayWhy } from '../../core/lacks.ts';
import { spoken, type Verdict, type VerdictStatus } from '../../core/verdict.ts';
import { numbersOf } from './evidence.ts';
import { marks } from './marks.ts';
import { section } from './message.ts';
import { pagedModal, type Entry } from './pages.ts';
import { bold, codeBlock, line, link, sayTime } from './text.ts';

/** Which question a dialog answers. */
export type Topic = 'why' | 'queries';

export const titles: Readonly<Record<Topic, string>> = { why: 'Why?', queries: 'Queries' };

/** What was found first, then what is open, last what is ruled out. */
const order: readonly VerdictStatus[] = ['confirmed', 'conflict', 'standing', 'unchecked', 'eliminated'];

/** One page of the whole answer; what the thread says in short is said in full here. */
export function explainedModal(topic: Topic, report: Report, page: number): ModalView {
  const entries = topic === 'why' ? verdictsOf(report) : report.evidence.map(lookOf);
  const about = aboutDialog({ topic, id: report.id });
  return pagedModal({ title: titles[topic], about, entries: entries.length > 0 ? entries : [nothing], page });
}

const nothing: Entry = { label: '', block: section('Nothing was looked at.') };

/** What a dialog says back when another of its pages is chosen. */
function aboutDialog({ topic, id }: { readonly topic: Topic; readonly id: string }): string {
  return `${topic}:${id}`;
}

export function readDialog(about: string): { readonly topic: Topic; readonly id: string } {
  const [topic, id = ''] = about.split(':');
  return { topic: topic === 'queries' ? 'queries' : 'why', id };
}

function verdictsOf({ hypotheses }: Report): Entry[] {
  return order.flatMap((status) => hypotheses.filter((one) => one.status === status).map(verdictOf));
}

function verdictOf({ title, status, culprit, reason }: Verdict): Entry {
  const who = culprit === undefined ? '' : ` (${culprit})`;
  const text = `${marks[status]} ${bold(`${title}${who}`, 300)} · ${spoken[status]}\n${line(reason, 2400)}`;
  return { label: title, block: section(text) };
}

function lookOf(evidence: ReportedEvidence): Entry {
  const { title, query = '', window, link: url } = evidence;
  const when =
    window === undefined ? '' : ` · ${sayTime(window.from * 1000)} to ${sayTime(window.to * 1000)}`;
  const head = `${bold(title, 200)}${when}`;
  const asked = query === '' ? '' : `\n${codeBlock(query, roomForQuery)}`;
  const seen = `\n${sayFound(evidence, sectionLimit - head.length - asked.length - 1)}`;
  const where = url === undefined ? '' : ` · ${link(url, 'graph')}`;
  // An address cannot be cut, so it is there whole or not at all.
  const text = [head, where, asked, seen].join('');
  return { label: title, block: section(text.length > sectionLimit ? `${head}${asked}${seen}` : text) };
}

const roomForQuery = 1200;
const sectionLimit = 2900;
/** How many facts of one look are told: as many as there is room for. */
const counts = [40, 20, 10, 5, 1];

function sayFound(evidence: ReportedEvidence, room: number): string {
  if (evidence.status === 'unavailable')
    return `${marks.unchecked} could not look: ${line(sayWhy(evidence.why), 500)}`;
  const texts = counts.map((count) => `→ ${numbersOf(evidence, count)}`);
  return texts.find(({ length }) => length <= room) ?? '→ see the file in the thread';
}
