import { stripVTControlCharacters, styleText } from 'node:util';
import wrapAnsi from 'wrap-ansi';
import type { Investigation } from '../core/progress.ts';
import type { Report, ReportedEvidence } from '../core/report.ts';
import { nameOf } from '../core/target.ts';
import type { Verdict, VerdictStatus } from '../core/verdict.ts';

const marks: Readonly<Record<VerdictStatus, string>> = {
  confirmed: styleText('red', '✓'),
  conflict: styleText('yellow', '!'),
  standing: styleText('yellow', '●'),
  unchecked: styleText('yellow', '?'),
  eliminated: styleText('dim', '✗'),
};

/** The order in which a person on call wants them. */
const order: readonly VerdictStatus[] = ['confirmed', 'conflict', 'standing', 'unchecked', 'eliminated'];

/** A report for a terminal, no wider than it. */
export function sayReport(report: Report, stream: { readonly columns?: number }): string {
  const width = widthOf(stream);
  const { target, conclusion, hypotheses, evidence, timings } = report;
  const unavailable = evidence.filter(({ status }) => status === 'unavailable');
  const lines = [
    styleText('bold', wrap(nameOf(target), width)),
    wrap(harmless(conclusion.summary), width),
    '',
    ...[...hypotheses].sort(byOrder).map((verdict) => sayVerdict(verdict, width)),
    '',
    ...sayUnavailable(unavailable, stream),
    ...target.gaps.map((gap) => wrap(`Not known of the target: ${harmless(gap)}`, width)),
    styleText('dim', `${evidence.length} looks in ${(timings.totalMs / 1000).toFixed(1)} s, id ${report.id}`),
  ];
  return lines.join('\n');
}

/** Texts of whatever origin as a list for a terminal. */
export function sayAsList(texts: readonly string[], stream: { readonly columns?: number }): string[] {
  const width = widthOf(stream);
  return texts.map((text) => `- ${indent(wrap(harmless(text), width - 2))}`);
}

function widthOf({ columns = 100 }: { readonly columns?: number }): number {
  return Math.max(40, Math.min(columns, 100));
}

/** Why an investigation ended without a report. */
export function sayAnswer({ progress, request }: Investigation): string {
  const asked = request.subject.kind === 'named' ? request.subject.service : 'the service';
  switch (progress.phase) {
    case 'which':
      return `${asked} stands for several Services: ${progress.candidates.map(nameOf).join(', ')}. Say which.`;
    case 'not-found': {
      const near = progress.nearest.map(nameOf).join(', ');
      return `There is no Service ${asked}.${near === '' ? '' : ` Near: ${near}.`}`;
    }
    case 'failed':
      return harmless(progress.why);
    case 'cancelled':
      return 'Cancelled.';
    case 'queued':
    case 'gathering':
    case 'ended':
      return '';
  }
}

function byOrder(a: Verdict, b: Verdict): number {
  return order.indexOf(a.status) - order.indexOf(b.status);
}

function sayVerdict({ status, reason, ...verdict }: Verdict, width: number): string {
  const title = harmless(verdict.title);
  const heading = status === 'eliminated' ? styleText('dim', title) : styleText('bold', title);
  return `${marks[status]} ${indent(wrap(`${heading}: ${harmless(reason)}`, width - 2))}`;
}

function sayUnavailable(
  evidence: readonly ReportedEvidence[],
  stream: { readonly columns?: number },
): string[] {
  if (evidence.length === 0) return [];
  const texts = evidence.map(({ title, why }) => `${title}: ${why?.detail ?? ''}`);
  return ['Could not be looked at:', ...sayAsList(texts, stream), ''];
}

function wrap(text: string, width: number): string {
  return wrapAnsi(text, width, { hard: true });
}

/** What was read from a cluster never steers the terminal: no escapes, no control characters, no reversed direction. */
function harmless(text: string): string {
  return stripVTControlCharacters(text).replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, ' ');
}

function indent(text: string): string {
  return text.replaceAll('\n', '\n  ');
}
