import type { Remediation } from '../../core/remediation/state.ts';
import { drawChange } from '../charts/change.ts';
import { fileName } from './reconcile.ts';
import type { ReportThread } from './thread.ts';
import type { FollowTools } from './tools.ts';
import { uploadOnce, type UploadTools } from './upload.ts';

type Tools = UploadTools & Pick<FollowTools, 'records' | 'logger'>;

/** One picture of before and after, once it is known what came of a change; that is said in words already: no failure leaves here. */
export async function postChangeChart(now: Remediation, thread: ReportThread, tools: Tools): Promise<void> {
  const role = `chart-${now.proposal.id}`;
  if (thread.place(role) !== undefined) return;
  try {
    const drawn = await drawChange(now, tools.records);
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
