import type { KnownBlock } from '@slack/types';
import type { Report } from '../../core/report.ts';
import { spoken, type Verdict } from '../../core/verdict.ts';
import { marks } from './marks.ts';
import { section, type Message } from './message.ts';
import { bold, fallback, line, struck } from './text.ts';

/**
 * How many hypotheses one message holds. A fixed number, so that while verdicts come in and reasons grow no line moves
 * to another message: 24 lines of at most 380 characters stay below the limit of a message.
 */
const perMessage = 24;
const perSection = 7;
const titleLimit = 110;
const reasonLimit = 260;

/** One line a hypothesis, in playbook order so that nothing jumps about; as many messages as that takes. */
export function hypothesesMessages(report: Report, isLooking: boolean): Message[] {
  const pages: Message[] = [];
  for (let start = 0; start < report.hypotheses.length; start += perMessage) {
    const verdicts = report.hypotheses.slice(start, start + perMessage);
    pages.push({ text: summarise(report, isLooking), blocks: blocksOf(verdicts, report, isLooking) });
  }
  return pages;
}

function blocksOf(verdicts: readonly Verdict[], report: Report, isLooking: boolean): KnownBlock[] {
  const blocks: KnownBlock[] = [];
  const said = new Set<string>();
  for (let start = 0; start < verdicts.length; start += perSection) {
    const lines = verdicts.slice(start, start + perSection).map((verdict) => {
      if (isLooking && !isComplete(verdict, report)) return verdictLine(verdict, true);
      return verdictLine(saidOnce(verdict, said));
    });
    blocks.push(section(lines.join('\n')));
  }
  return blocks;
}

/** What blinds several hypotheses, as probes that are off do, is told of the first. */
function saidOnce(verdict: Verdict, said: Set<string>): Verdict {
  const { status, reason } = verdict;
  if (status !== 'unchecked') return verdict;
  if (said.has(reason)) return { ...verdict, reason: 'as above' };
  said.add(reason);
  return verdict;
}

/** Until everything that a hypothesis reads has come in, "unchecked" only means "not yet". */
function isComplete({ status, evidence }: Verdict, report: Report): boolean {
  if (status !== 'unchecked') return true;
  const gathered = new Set(report.evidence.map(({ id }) => id));
  return evidence.every((id) => gathered.has(id));
}

function verdictLine(verdict: Verdict, isLooking = false): string {
  if (isLooking) return `${marks.looking} ${line(verdict.title, titleLimit)} — looking`;
  const reason = line(verdict.reason, reasonLimit);
  const because = reason === '' ? '' : ` — ${reason}`;
  switch (verdict.status) {
    case 'eliminated':
      return `${marks.eliminated} ${struck(verdict.title, titleLimit)}${because}`;
    case 'confirmed':
      return `${marks.confirmed} ${bold(verdict.title, titleLimit)}${because}`;
    case 'standing':
    case 'unchecked':
    case 'conflict':
      return `${marks[verdict.status]} ${line(verdict.title, titleLimit)}${because}`;
  }
}

function summarise({ hypotheses }: Report, isLooking: boolean): string {
  const counts = Object.entries(spoken).flatMap(([status, words]) => {
    const count = hypotheses.filter((verdict) => verdict.status === status).length;
    if (count === 0) return [];
    return [isLooking && status === 'unchecked' ? `${count} open` : `${count} ${words}`];
  });
  return fallback(`Hypotheses: ${counts.join(', ')}`);
}
