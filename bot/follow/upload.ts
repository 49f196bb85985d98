import { setTimeout as pause } from 'node:timers/promises';
import type { Thread } from '../../core/jobs.ts';
import { failureOf } from '../slack/failure.ts';
import type { ReportThread } from './thread.ts';
import type { FollowTools } from './tools.ts';

export interface ReportFile {
  readonly role: string;
  readonly file: Buffer;
  readonly filename: string;
  readonly title: string;
  readonly alt_text?: string;
}

export type UploadTools = Pick<FollowTools, 'slack' | 'signal'> & { readonly where: Thread };

/** One message below the report with those files whose roles are not there yet. */
export async function uploadOnce(
  files: readonly ReportFile[],
  thread: ReportThread,
  tools: UploadTools,
): Promise<void> {
  const threadTs = thread.threadTs();
  const missing = files.filter(({ role }) => thread.place(role) === undefined);
  if (threadTs === undefined || missing.length === 0) return;
  const { channel } = tools.where;
  await patiently(tools, () =>
    tools.slack.filesUploadV2({
      channel_id: channel,
      thread_ts: threadTs,
      file_uploads: missing.map(({ role: _role, ...file }) => file),
    }),
  );
  for (const { role } of missing) await thread.note(role, { channel, ts: threadTs });
}

async function patiently({ signal }: UploadTools, send: () => Promise<unknown>): Promise<void> {
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
