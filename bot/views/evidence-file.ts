import { sayWhy } from '../../core/lacks.ts';
import type { Report, ReportedEvidence } from '../../core/report.ts';
import { nameOf } from '../../core/target.ts';
import type { Verdict } from '../../core/verdict.ts';
import { sayTime } from './text.ts';

/** Everything that was looked at, by hypothesis, as a markdown file: queries to run again, and what they gave. */
export function evidenceFile(report: Report): string {
  const { target, conclusion, hypotheses, evidence } = report;
  return [
    `# ${nameOf(target)}`,
    '',
    conclusion.summary,
    '',
    ...hypotheses.flatMap((verdict) => hypothesisSection(verdict, evidence)),
    ...saidSection(evidence),
  ].join('\n');
}

function hypothesisSection(
  { title, status, reason, evidence: ids }: Verdict,
  evidence: readonly ReportedEvidence[],
): string[] {
  const looks = ids.flatMap((id) => evidence.find((one) => one.id === id) ?? []);
  return [`## ${title}: ${status}`, '', reason, '', ...looks.flatMap(lookSection)];
}

function lookSection({ title, source, query = '', link, status, facts, why }: ReportedEvidence): string[] {
  const found =
    status === 'observed'
      ? Object.entries(facts ?? {}).map(([name, value]) => `${name} = ${String(value)}`)
      : [`could not look: ${sayWhy(why)}`];
  return [
    `### ${title}`,
    '',
    `\`\`\`${source === 'promql' ? 'promql' : 'text'}`,
    query,
    '```',
    '',
    found.join(', '),
    '',
    ...(link === undefined ? [] : [link, '']),
  ];
}

/** What no rule knows of. */
function saidSection(evidence: readonly ReportedEvidence[]): string[] {
  const notes = evidence.flatMap(({ title, said }) =>
    said === undefined ? [] : [`- ${title} (said by ${said.by} at ${sayTime(said.at)})`],
  );
  return notes.length === 0 ? [] : ['## Said by people: not measured', '', ...notes, ''];
}
