import { setTimeout as pause } from 'node:timers/promises';
import { bundleName, writeBundle } from '../../core/bundle.ts';
import type { Thread } from '../../core/jobs.ts';
import type { Report } from '../../core/report.ts';
import { readBundle } from '../bundle.ts';
import { describeChart, drawChart } from '../charts/draw.ts';
import { selectCharts } from '../charts/select.ts';
import type { Records } from '../records.ts';
import { failureOf } from '../slack/failure.ts';
import { evidenceFile } from '../views/evidence-file.ts';
import { fileName } from './reconcile.ts';
import type { ReportThread } from './thread.ts';
import type { FollowTools } from './tools.ts';

/** Milliseconds that the rest of a report waits for files. */
const patienceMs = 6000;

type Tools = Pick<FollowTools, 'records' | 'slack' | 'logger' | 'signal'> & { readonly where: Thread };

interface ReportFile {
  readonly role: string;
  readonly file: Buffer;
  readonly filename: string;
  readonly title: string;
  readonly alt_text?: string;
}

/**
 * One message with pictures of what a confirmed cause did over time, all evidence with its queries, and the bundle to
 * replay. A report is whole without them: no failure leaves here.
 */
export async function postFiles(report: Report, thread: ReportThread, tools: Tools): Promise<void> {
  const uploading = upload(report, thread, tools).catch((error: unknown) =>
    tools.logger.warn({ err: error }, 'no files'),
  );
  await Promise.race([uploading, pause(patienceMs, undefined, { ref: false })]);
}

async function upload(report: Report, thread: ReportThread, tools: Tools): Promise<void> {
  const threadTs = thread.threadTs();
  const files = (await filesOf(report, tools)).filter(({ role }) => thread.place(role) === undefined);
  if (threadTs === undefined || files.length === 0) return;
  const { channel } = tools.where;
  await patiently(tools, () =>
    tools.slack.filesUploadV2({
      channel_id: channel,
      thread_ts: threadTs,
      file_uploads: files.map(({ role: _role, ...file }) => file),
    }),
  );
  for (const { role } of files) await tools.records.notePosted(report.id, role, { channel, ts: threadTs });
}

async function filesOf(report: Report, { records, logger }: Tools): Promise<ReportFile[]> {
  const charts = selectCharts(report, await records.evidence(report.id)).map((subject, index) => ({
    role: `chart-${index + 1}`,
    file: drawChart(subject),
    filename: fileName(report.id, `chart-${index + 1}`, 'png'),
    title: subject.title.slice(0, 200),
    alt_text: describeChart(subject),
  }));
  if (report.evidence.length === 0) return charts;
  return [
    ...charts,
    {
      role: 'looks',
      file: Buffer.from(evidenceFile(report)),
      filename: fileName(report.id, 'looks', 'md'),
      title: `All ${report.evidence.length} looks, with their queries`,
    },
    ...(await bundleFiles(report, records).catch((error: unknown) => {
      logger.warn({ err: error }, 'no bundle');
      return [];
    })),
  ];
}

/** None where the playbooks that it was decided by are gone. */
async function bundleFiles({ id }: Report, records: Records): Promise<ReportFile[]> {
  const read = await readBundle(records, id);
  if (read.kind !== 'bundle') return [];
  return [
    {
      role: 'bundle',
      file: Buffer.from(writeBundle(read.bundle)),
      filename: bundleName(read.bundle),
      title: 'The whole recording, to decide again: netcheck replay',
    },
  ];
}

async function patiently({ signal }: Pick<Tools, 'signal'>, send: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await send();
      return;
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind !== 'rate-limited' || attempt === 3) throw error;
      await pause(failure.afterMs, undefined, { signal });
    }
  }
}
