import { lastErrorOf, partsOf, type Part } from '../core/health.ts';
import { isOver } from '../core/progress.ts';
import type { Remediation } from '../core/remediation/state.ts';
import type { Bot } from './bot.ts';
import { permalink } from './permalink.ts';
import { proposalRole, type MessagePlace } from './records.ts';
import type { ListedInvestigation, Overview, WaitingApproval } from './views/overview.ts';
import { sayRoot } from './views/root.ts';
import { isVisible, type Viewer, type Visible } from './visible.ts';

/** Investigations that people are shown, and as many of the latest as may have led to proposals that are still open. */
const listed = 12;
const lookedAt = 100;

/** An investigation as it is kept, with what follows from it. */
interface Known extends Visible {
  readonly remediations: readonly Remediation[];
}

/** How netcheck is and what it does, as far as this person may know. */
export async function readOverview(bot: Bot, viewer: Viewer): Promise<Overview> {
  const now = Date.now();
  const { records, cluster, remediation } = bot;
  const [ids, heartbeats] = await Promise.all([records.recent(lookedAt), records.heartbeats()]);
  const known = (await Promise.all(ids.map((id) => read(bot, id)))).filter((one) => one !== undefined);
  const latest = known.slice(0, listed);
  const waiting = remediation === 'off' ? [] : known.flatMap((one) => waitingOf(one, now));
  const lastError = lastErrorOf(heartbeats, now);
  const [shown, approvals, mayKnow] = await Promise.all([
    visible(bot, viewer, latest, (one) => one),
    visible(bot, viewer, waiting, ({ of }) => of),
    mayKnowOf(bot, viewer, lastError?.investigation),
  ]);
  const redis: Part = { name: 'Redis', isWell: true };
  return {
    cluster,
    now,
    investigations: await Promise.all(shown.map((one) => describe(bot, one, now))),
    hidden: latest.length - shown.length,
    approvals: await Promise.all(approvals.map((one) => describeWaiting(bot, one))),
    parts: [redis, ...partsOf(heartbeats, { cluster, remediation }, now)],
    ...(lastError && {
      lastError: { at: lastError.at, ...(mayKnow && { why: lastError.why }) },
    }),
  };
}

async function read({ records }: Bot, id: string): Promise<Known | undefined> {
  const [asked, remediations] = await Promise.all([records.asked(id), records.remediations.of(id)]);
  return asked && { id, asked, remediations };
}

interface Waiting {
  readonly of: Known;
  readonly remediation: Remediation;
}

/** Those that somebody may still say yes to. */
function waitingOf(of: Known, now: number): Waiting[] {
  return of.remediations
    .filter(
      ({ state, proposal, preview, expiresAt }) =>
        state.step === 'proposed' &&
        proposal.remediation !== 'manual' &&
        (preview === undefined || preview.kind === 'change') &&
        now <= expiresAt,
    )
    .map((remediation) => ({ of, remediation }));
}

async function visible<T>(
  bot: Bot,
  viewer: Viewer,
  all: readonly T[],
  knownOf: (one: T) => Visible,
): Promise<readonly T[]> {
  const may = await Promise.all(all.map((one) => isVisible(bot, viewer, knownOf(one))));
  return all.filter((_, index) => may[index]);
}

async function mayKnowOf(bot: Bot, viewer: Viewer, id: string | undefined): Promise<boolean> {
  const asked = id === undefined ? undefined : await bot.records.asked(id);
  return id !== undefined && asked !== undefined && isVisible(bot, viewer, { id, asked });
}

async function describe(
  bot: Bot,
  { id, asked, remediations }: Known,
  now: number,
): Promise<ListedInvestigation> {
  const { records, cluster } = bot;
  const [investigation, posted, isCancelled] = await Promise.all([
    records.investigation(id),
    records.posted(id),
    records.isCancelled(id),
  ]);
  const progress = investigation?.progress ?? (isCancelled ? ({ phase: 'cancelled' } as const) : undefined);
  const headline = sayRoot({
    id,
    cluster,
    request: asked.request,
    requester: asked.where.requester,
    progress,
    silence: 'none',
    remediations,
    episode: await records.episodes.read(asked.episode ?? id),
    held: asked.held !== undefined && asked.held.until > now ? asked.held : undefined,
  });
  return {
    id,
    headline,
    isOpen: progress === undefined || !isOver(progress),
    ageMs: now - asked.requestedAt,
    ...linkTo(bot, posted.get('root')),
  };
}

async function describeWaiting(bot: Bot, { of, remediation }: Waiting): Promise<WaitingApproval> {
  const { proposal, expiresAt } = remediation;
  const posted = await bot.records.posted(of.id);
  return {
    summary: proposal.summary,
    service: `${proposal.service}.${proposal.namespace}`,
    expiresAt,
    ...linkTo(bot, posted.get(proposalRole(proposal.id)) ?? posted.get('root')),
  };
}

function linkTo({ workspaceUrl }: Bot, place: MessagePlace | undefined): { permalink?: string } {
  if (place === undefined) return {};
  return { permalink: permalink(workspaceUrl, place) };
}
