import { lacksOf } from '../lacks.ts';
import { sayDuration } from '../duration.ts';
import { headlineOf } from '../headline.ts';
import type { Report } from '../report.ts';
import { plural } from '../text.ts';
import { spoken, type Verdict, type VerdictStatus } from '../verdict.ts';
import { actionsSection } from './actions.ts';
import { evidenceSection } from './evidence.ts';
import type { Incident } from './incident.ts';
import { fence, fileLink, heading, link, list, table, words } from './markdown.ts';
import { sayMoment } from './moment.ts';
import { runAgain } from './run-again.ts';
import { timelineOf } from './timeline.ts';

/** A picture of the incident: where it can be seen, or the file beside the text. */
export interface Chart {
  readonly title: string;
  readonly url?: string;
  readonly file?: string;
}

/** What a post-incident review starts from, as one Markdown text. The same incident gives the same text. */
export function writePostIncident(incident: Incident, charts: readonly Chart[]): string {
  const { report, request } = incident;
  const blocks = [
    heading(1, words(headlineOf(report))),
    summaryOf(incident),
    heading(2, 'Timeline'),
    'Times are UTC.',
    list(timelineOf(incident).map(({ at, what }) => `${sayMoment(at)} ${words(what)}`)),
    heading(2, 'Hypotheses'),
    hypothesesTable(report),
    heading(2, 'Evidence'),
    ...(report.evidence.length === 0 ? ['Nothing was looked at.'] : report.evidence.flatMap(evidenceSection)),
    ...chartsSection(charts),
    heading(2, 'Actions'),
    ...actionsSection(incident),
    heading(2, 'What could not be checked'),
    notChecked(report),
    heading(2, 'Run it again'),
    `The first looks anew, at the ${sayDuration(request.windowSeconds)} before it is run; the second decides once more on what was seen then, from the recording (\`netcheck export\`).`,
    fence(runAgain(incident), 'sh'),
    heading(2, 'Versions'),
    versionsOf(incident),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function summaryOf({ report, remediations }: Incident): string {
  const { conclusion, evidence, hypotheses, timings } = report;
  const blind = evidence.filter(({ status }) => status === 'unavailable').length;
  const out = hypotheses.filter(({ status }) => status === 'eliminated').length;
  const changes = remediations.filter(({ trail }) => trail.some(({ what }) => what === 'applied')).length;
  const measured = [
    `netcheck made ${plural(evidence.length, 'look')} in ${(timings.totalMs / 1000).toFixed(1)} s`,
    ...(blind === 0 ? [] : [`${blind} without an answer`]),
    `and ruled out ${out} of ${plural(hypotheses.length, 'cause')}`,
  ].join(', ');
  const done = changes === 0 ? '' : ` ${plural(changes, 'change was', 'changes were')} made.`;
  return `${words(conclusion.summary)} ${measured}.${done}`;
}

/** The order in which readers want them. */
const order: readonly VerdictStatus[] = ['confirmed', 'conflict', 'standing', 'unchecked', 'eliminated'];

function hypothesesTable({ hypotheses }: Report): string {
  if (hypotheses.length === 0) return 'No cause was looked for.';
  const rows = [...hypotheses]
    .sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status))
    .map((verdict) => [words(verdict.title), sayVerdict(verdict), words(verdict.reason)]);
  return table(['Cause', 'Verdict', 'Reason'], rows);
}

function sayVerdict({ status, culprit }: Verdict): string {
  return culprit === undefined ? spoken[status] : `${spoken[status]} (${words(culprit)})`;
}

function chartsSection(charts: readonly Chart[]): string[] {
  if (charts.length === 0) return [];
  const said = charts.map(({ title, url, file }) => {
    if (file !== undefined) return fileLink(file, words(title));
    return url === undefined ? `${words(title)} (not with this text)` : link(url, words(title));
  });
  return [heading(2, 'Charts'), list(said)];
}

function notChecked(report: Report): string {
  const lines = [
    ...lacksOf(report).map(
      ({ titles, why, cure }) => `${words(titles.join('; '))}: ${words(why.detail)} → ${words(cure)}`,
    ),
    ...report.target.gaps.map((gap) => `Not known of the target: ${words(gap)}`),
  ];
  return lines.length === 0 ? 'Nothing that a verdict lacks.' : list(lines);
}

function versionsOf({ netcheck, playbooks, cluster, report }: Incident): string {
  return list([
    `netcheck ${words(netcheck)}`,
    ...(playbooks === undefined ? [] : [`Playbooks ${words(playbooks)}`]),
    ...(cluster === undefined ? [] : [`Cluster ${words(cluster)}`]),
    `Investigation ${words(report.id)}, of what was so until ${sayMoment(report.timings.endedAt)} UTC`,
  ]);
}
