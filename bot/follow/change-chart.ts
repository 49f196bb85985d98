import { courseId } from '../../core/remediation/course.ts';
import type { Outcome } from '../../core/remediation/outcome.ts';
import type { Remediation } from '../../core/remediation/state.ts';
import { describeChart, drawChart } from '../charts/draw.ts';
import { describeIntervals, drawIntervals, selectIntervals } from '../charts/intervals.ts';
import { selectCourse } from '../charts/select.ts';
import { fileName } from './reconcile.ts';
import type { ReportThread } from './thread.ts';
import type { FollowTools } from './tools.ts';
import { uploadOnce, type ReportFile, type UploadTools } from './upload.ts';

type Tools = UploadTools & Pick<FollowTools, 'records' | 'logger'>;

/**
 * One picture of before and after, once it is known what came of a change: what its cause did over time, or else what the
 * probes of both checks leave possible. The outcome is said in words already: no failure leaves here.
 */
export async function postChangeChart(now: Remediation, thread: ReportThread, tools: Tools): Promise<void> {
  const role = `chart-${now.proposal.id}`;
  if (thread.place(role) !== undefined) return;
  try {
    const drawn = await draw(now, tools);
    if (drawn === undefined) return;
    // It may have been uploaded by a bot that died before it wrote that down.
    await thread.reconcile();
    const file = { role, filename: fileName(now.investigation, role, 'png'), ...drawn };
    await uploadOnce([file], thread, tools);
  } catch (error) {
    tools.signal.throwIfAborted();
    tools.logger.warn({ err: error }, 'no chart of a change');
  }
}

type Drawn = Pick<ReportFile, 'file' | 'title' | 'alt_text'>;

async function draw({ state, proposal }: Remediation, { records }: Tools): Promise<Drawn | undefined> {
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
