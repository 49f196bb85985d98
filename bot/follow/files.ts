import { setTimeout as pause } from 'node:timers/promises';
import { bundleName, writeBundle } from '../../core/bundle.ts';
import { withNotes } from '../../core/follow-up/notes.ts';
import type { Report } from '../../core/report.ts';
import { readBundle } from '../bundle.ts';
import { describeChart, drawChart } from '../charts/draw.ts';
import { selectCharts } from '../charts/select.ts';
import type { Records } from '../records.ts';
import { evidenceFile } from '../views/evidence-file.ts';
import { fileName } from './reconcile.ts';
import type { ReportThread } from './thread.ts';
import type { FollowTools } from './tools.ts';
import { uploadOnce, type ReportFile, type UploadTools } from './upload.ts';

/** Milliseconds that the rest of a report waits for files. */
const patienceMs = 6000;

type Tools = UploadTools & Pick<FollowTools, 'records' | 'logger'>;

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
  await uploadOnce(await filesOf(report, tools), thread, tools);
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
      file: Buffer.from(evidenceFile(withNotes(report, await records.followUps.notes(report.id)))),
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
      filename: bundleName(read.bundle.report),
      title: 'The whole recording, to decide again: netcheck replay',
    },
  ];
}
