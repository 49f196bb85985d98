import { setTimeout as pause } from 'node:timers/promises';
import type { Thread } from '../../core/jobs.ts';
import type { Report } from '../../core/report.ts';
import { describeChart, drawChart } from '../charts/draw.ts';
import { selectCharts, type ChartSubject } from '../charts/select.ts';
import { failureOf } from '../slack/failure.ts';
import { chartFile } from './reconcile.ts';
import type { ReportThread } from './thread.ts';
import type { FollowTools } from './tools.ts';

/** Milliseconds that the rest of a report waits for pictures. */
const patienceMs = 6000;

type Tools = Pick<FollowTools, 'records' | 'slack' | 'logger' | 'signal'> & { readonly where: Thread };

/** Pictures of what a confirmed cause did over time. A report is whole without them: no failure leaves here. */
export async function postCharts(report: Report, thread: ReportThread, tools: Tools): Promise<void> {
  const upload = uploadAll(report, thread, tools).catch((error: unknown) =>
    tools.logger.warn({ err: error }, 'no chart'),
  );
  await Promise.race([upload, pause(patienceMs, undefined, { ref: false })]);
}

async function uploadAll(report: Report, thread: ReportThread, tools: Tools): Promise<void> {
  const evidence = await tools.records.evidence(report.id);
  for (const [index, subject] of selectCharts(report, evidence).entries()) {
    const role = `chart-${index + 1}`;
    if (thread.place(role) === undefined) await upload(report.id, role, subject, thread.threadTs(), tools);
  }
}

async function upload(
  id: string,
  role: string,
  subject: ChartSubject,
  threadTs: string | undefined,
  { records, slack, where, signal }: Tools,
): Promise<void> {
  if (threadTs === undefined) return;
  const file = drawChart(subject);
  for (let attempt = 1; ; attempt++) {
    try {
      await slack.filesUploadV2({
        channel_id: where.channel,
        thread_ts: threadTs,
        file,
        filename: chartFile(id, role),
        title: subject.title.slice(0, 200),
        alt_text: describeChart(subject),
      });
      await records.notePosted(id, role, { channel: where.channel, ts: threadTs });
      return;
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind !== 'rate-limited' || attempt === 3) throw error;
      await pause(failure.afterMs, undefined, { signal });
    }
  }
}
