import { courseId } from '../../core/remediation/course.ts';
import type { Outcome } from '../../core/remediation/outcome.ts';
import { titleOf, type Proposal } from '../../core/remediation/proposal.ts';
import type { Remediation } from '../../core/remediation/state.ts';
import type { Records } from '../records.ts';
import { describeChart, drawChart } from './draw.ts';
import { describeIntervals, drawIntervals, selectIntervals } from './intervals.ts';
import { selectCourse } from './select.ts';

interface Drawn {
  readonly file: Buffer;
  readonly title: string;
  readonly alt_text: string;
}

/** What the picture of a change is called where it stands beside others. */
export function changeTitle(proposal: Proposal): string {
  return `Before and after: ${titleOf(proposal)}`;
}

/**
 * Before and after a change: what its cause did over time, or else what the probes of both checks leave possible. Nothing
 * where nobody looked again, or there is nothing to compare.
 */
export async function drawChange(
  { state, proposal }: Remediation,
  records: Records,
): Promise<Drawn | undefined> {
  if (!('outcome' in state) || state.outcome === undefined) return undefined;
  const [course] = (await records.evidence(courseId(proposal.id))).values();
  const subject = course && selectCourse(proposal.summary, course, state.at / 1000);
  if (subject === undefined) return drawProbes(proposal.summary, state.outcome);
  return { file: drawChart(subject), title: cut(subject.title), alt_text: describeChart(subject) };
}

function drawProbes(change: string, { compared }: Outcome): Drawn | undefined {
  const subject = selectIntervals(change, compared);
  return (
    subject && {
      file: drawIntervals(subject),
      title: cut(subject.title),
      alt_text: describeIntervals(subject),
    }
  );
}

function cut(title: string): string {
  return title.slice(0, 200);
}
