import { verbs } from '../audit.ts';
import { titleOf } from '../remediation/proposal.ts';
import { sayCompared } from '../remediation/say-outcome.ts';
import type { Remediation, TrailEntry } from '../remediation/state.ts';
import { plural } from '../text.ts';
import type { Happened, Incident } from './incident.ts';
import { objectOf } from './object.ts';
import { saySubject } from './run-again.ts';

/** What happened, oldest first; in words that are not escaped. */
export function timelineOf(incident: Incident): Happened[] {
  const { report, requestedAt, requester, remediations, happened } = incident;
  const { startedAt, endedAt } = report.timings;
  const blind = report.evidence.filter(({ status }) => status === 'unavailable').length;
  const looks = plural(report.evidence.length, 'look');
  const all: Happened[] = [
    { at: requestedAt, what: `${requester ?? 'Somebody'} asked about ${saySubject(incident)}` },
    { at: startedAt, what: 'netcheck began to look' },
    { at: endedAt, what: `Evidence of ${looks} was in${blind === 0 ? '' : `, ${blind} without an answer`}` },
    { at: endedAt, what: `Concluded: ${report.conclusion.summary}` },
    ...remediations.flatMap((one) =>
      one.trail.map((entry) => ({ at: entry.at, what: sayTrail(one, entry) })),
    ),
    ...happened,
  ];
  return all.sort((a, b) => a.at - b.at);
}

function sayTrail(remediation: Remediation, { who, what, why }: TrailEntry): string {
  const said = `${who.name} ${verbs[what]}: ${titleOf(remediation.proposal)} (${objectOf(remediation)})`;
  const measured = what === 'verified' ? measuredOf(remediation) : [];
  return [said, ...(why === undefined ? [] : [why.replace(/[.]$/, '')]), ...measured].join('; ');
}

function measuredOf({ state }: Remediation): readonly string[] {
  return 'outcome' in state && state.outcome !== undefined ? sayCompared(state.outcome.compared) : [];
}
