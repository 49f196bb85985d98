import { styleText } from 'node:util';
import type { Investigation } from '../core/progress.ts';
import { commandsOf } from '../core/remediation/commands.ts';
import type { Report, ReportedEvidence } from '../core/report.ts';
import { nameOf } from '../core/target.ts';
import type { Verdict, VerdictStatus } from '../core/verdict.ts';
import { harmless, indent, widthOf, wrap, type Screen } from './terminal.ts';

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
export function sayReport(report: Report, stream: Screen): string {
  const width = widthOf(stream);
  const { target, conclusion, hypotheses, evidence, timings } = report;
  const unavailable = evidence.filter(({ status }) => status === 'unavailable');
  const lines = [
    styleText('bold', wrap(nameOf(target), width)),
    wrap(harmless(conclusion.summary), width),
    '',
    ...[...hypotheses].sort(byOrder).map((verdict) => sayVerdict(verdict, width)),
    '',
    ...sayMends(report, width),
    ...sayUnavailable(unavailable, stream),
    ...target.gaps.map((gap) => wrap(`Not known of the target: ${harmless(gap)}`, width)),
    styleText('dim', `${evidence.length} looks in ${(timings.totalMs / 1000).toFixed(1)} s, id ${report.id}`),
  ];
  return lines.join('\n');
}

/** What would mend it, as commands to copy: however narrow the terminal, a command stays on its line. */
function sayMends({ proposals }: Report, width: number): string[] {
  const mends = proposals.filter(({ trial }) => trial === undefined);
  if (mends.length === 0) return [];
  const said = mends.flatMap((proposal) => [
    `- ${indent(wrap(harmless(`${proposal.summary} Risk: ${proposal.risk}`), width - 2))}`,
    ...commandsOf(proposal).map((command) => `    ${harmless(command)}`),
  ]);
  return [styleText('bold', 'What may mend it:'), ...said, ''];
}

/** Texts of whatever origin as a list for a terminal. */
export function sayAsList(texts: readonly string[], stream: Screen): string[] {
  const width = widthOf(stream);
  return texts.map((text) => `- ${indent(wrap(harmless(text), width - 2))}`);
}

/** What was looked at in which order, and why: one sentence a round. */
export function saySteps({ steps }: Report, stream: Screen): string {
  const width = widthOf(stream);
  const said = steps.map((step, index) => `${index + 1}. ${indent(wrap(harmless(step), width - 3), 3)}`);
  return [styleText('bold', 'How it went:'), ...said].join('\n');
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

function sayUnavailable(evidence: readonly ReportedEvidence[], stream: Screen): string[] {
  if (evidence.length === 0) return [];
  // What keeps one look from being made often keeps a dozen; it is said once.
  const titles = new Map<string, string[]>();
  for (const { title, why } of evidence) {
    const detail = why?.detail ?? '';
    titles.set(detail, [...(titles.get(detail) ?? []), title]);
  }
  const texts = [...titles].map(([detail, some]) => `${detail}: ${some.join('; ')}`);
  return ['Could not be looked at:', ...sayAsList(texts, stream), ''];
}
