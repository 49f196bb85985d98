import { createHash } from 'node:crypto';
import type { Incident } from '../core/post-incident/incident.ts';
import { writePostIncident, type Chart } from '../core/post-incident/write.ts';
import type { Bot } from './bot.ts';
import { changeTitle } from './charts/change.ts';
import { selectCharts } from './charts/select.ts';
import type { NotEnded } from './ended.ts';
import { fileName } from './follow/reconcile.ts';
import { ReportThread } from './follow/thread.ts';
import { uploadOnce } from './follow/upload.ts';
import { readIncident, type IncidentRead } from './incident.ts';
import { permalink } from './permalink.ts';
import type { Asked, Posted } from './records.ts';
import { EditBudget } from './slack/edit-budget.ts';
import { PostTurns } from './slack/post-turns.ts';
import { failureOf } from './slack/failure.ts';

/** What came of a wish to have the post-incident text, in words that are not escaped. */
export interface Exported {
  readonly said: string;
  /** The thread that has it. */
  readonly permalink?: string;
}

/** Milliseconds that Slack has to take the file. */
const patienceMs = 20_000;
/** Seconds after which somebody else may upload what a bot that died had begun to. */
const claimSeconds = 60;

type Found = Extract<IncidentRead, { kind: 'incident' }>;

/**
 * Puts what happened, what was found and what was done into the thread of an investigation, as a file. As long as the
 * records stay the same that is one file, however often it is asked for; later ones are files of their own.
 */
export async function exportIncident(bot: Bot, id: string): Promise<Exported> {
  const { records, cluster } = bot;
  const [read, asked, posted] = await Promise.all([
    readIncident(records, cluster, id),
    records.asked(id),
    records.posted(id),
  ]);
  if (read.kind !== 'incident') return { said: explain(read, id) };
  const root = posted.get('root');
  if (asked === undefined || root === undefined)
    return { said: `Investigation ${id} has no thread. ${byCommand(id)}` };
  const text = writePostIncident(read.incident, chartsOf(read, posted, bot));
  const role = `review-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
  if (!(await records.claimUpload(id, role, claimSeconds)))
    return { said: 'It is being put into the thread just now. If it is not there in a minute, ask again.' };
  try {
    const isNew = await putOnce(bot, { id, role, text, asked });
    const said = isNew ? 'is in the thread now' : 'is in the thread already, and nothing has changed since';
    return {
      said: `The post-incident text of ${id} ${said}.`,
      permalink: permalink(bot.workspaceUrl, root),
    };
  } catch (error) {
    return { said: sayFailure(bot, error, id) };
  } finally {
    await records.releaseUpload(id, role);
  }
}

interface Review {
  readonly id: string;
  readonly role: string;
  readonly text: string;
  readonly asked: Asked;
}

/** Whether it was not there yet. Slack is asked, since whoever uploaded it may have died before writing that down. */
async function putOnce(bot: Bot, { id, role, text, asked }: Review): Promise<boolean> {
  const { records, slack, logger } = bot;
  const { where, requestedAt: since } = asked;
  const signal = AbortSignal.timeout(patienceMs);
  const budget = new EditBudget(Date.now());
  const thread = new ReportThread(
    { records, slack, logger, budget, turns: new PostTurns(), signal, id, where, since },
    await records.posted(id),
  );
  if (thread.place(role) === undefined) await thread.reconcile();
  if (thread.place(role) !== undefined) return false;
  const file = {
    role,
    file: Buffer.from(text),
    filename: fileName(id, role, 'md'),
    title: 'What happened, what was found and what was done',
  };
  await uploadOnce([file], thread, { slack, signal, where });
  return true;
}

/** The pictures that the thread has. */
function chartsOf({ incident, evidence }: Found, posted: Posted, { workspaceUrl }: Bot): Chart[] {
  return titledCharts(incident, evidence).flatMap(({ role, title }) => {
    const place = posted.get(role);
    return place === undefined ? [] : [{ title, url: permalink(workspaceUrl, place) }];
  });
}

function titledCharts(
  { report, remediations }: Incident,
  evidence: Found['evidence'],
): { readonly role: string; readonly title: string }[] {
  return [
    ...selectCharts(report, evidence).map(({ title }, index) => ({ role: `chart-${index + 1}`, title })),
    ...remediations.map(({ proposal }) => ({
      role: `chart-${proposal.id}`,
      title: changeTitle(proposal),
    })),
  ];
}

export function notKnownToExport(id: string): string {
  return `netcheck knows no investigation ${id} any more. /netcheck status lists them.`;
}

function explain(read: NotEnded, id: string): string {
  switch (read.kind) {
    case 'unknown':
      return notKnownToExport(id);
    case 'under-way':
      return `Investigation ${id} is still under way. Export it when it has ended.`;
    case 'no-report':
      return `Investigation ${id} ended without a report, so there is nothing to export.`;
  }
}

function sayFailure({ logger }: Bot, error: unknown, id: string): string {
  logger.error({ err: error, id }, 'a post-incident text could not be uploaded');
  const code = refusalOf(error);
  switch (code) {
    case undefined:
      return 'Slack does not take the file just now. Ask again in a minute.';
    case 'missing_scope':
      return `netcheck may not put files into Slack: its app lacks the scope files:write. ${byCommand(id)}`;
    case 'is_archived':
      return `The channel of that thread is archived, so nothing can be put into it. ${byCommand(id)}`;
    default:
      return `Slack does not let netcheck put a file into that thread (${code}). ${byCommand(id)}`;
  }
}

function refusalOf(error: unknown): string | undefined {
  try {
    const failure = failureOf(error);
    return failure.kind === 'refused' ? failure.code : undefined;
  } catch {
    return undefined;
  }
}

function byCommand(id: string): string {
  return `On the command line: netcheck export ${id} --format markdown`;
}
