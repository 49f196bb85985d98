import type { Thread } from '../../core/jobs.ts';
import type { Report } from '../../core/report.ts';
import type { ReportThread } from './thread.ts';
import type { FollowTools } from './tools.ts';

/** Pictures of what a confirmed cause did over time. A report is whole without them. */
export async function postCharts(
  _report: Report,
  _thread: ReportThread,
  _tools: FollowTools & { readonly where: Thread },
): Promise<void> {
  // Drawn in the next step.
}
