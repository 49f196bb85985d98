import { isOver } from '../../core/progress.ts';
import type { Bot } from '../bot.ts';
import type { MessagePlace } from '../records.ts';
import type { ListedInvestigation } from '../views/replies.ts';
import { sayRoot } from '../views/root.ts';
import { sayElapsed } from '../views/text.ts';

const listed = 10;

/** The investigations of this cluster, newest first. */
export async function listInvestigations(bot: Bot): Promise<ListedInvestigation[]> {
  const ids = await bot.records.recent(listed);
  const found = await Promise.all(ids.map((id) => describe(bot, id)));
  return found.filter((one) => one !== undefined);
}

async function describe(bot: Bot, id: string): Promise<ListedInvestigation | undefined> {
  const { records, cluster } = bot;
  const [asked, investigation, posted, isCancelled] = await Promise.all([
    records.asked(id),
    records.investigation(id),
    records.posted(id),
    records.isCancelled(id),
  ]);
  if (asked === undefined) return undefined;
  const progress = investigation?.progress ?? (isCancelled ? ({ phase: 'cancelled' } as const) : undefined);
  const headline = sayRoot({
    id,
    cluster,
    request: asked.request,
    requester: asked.where.requester,
    progress,
    silence: 'none',
    remediations: [],
  });
  const root = posted.get('root');
  return {
    id,
    headline,
    isOpen: progress === undefined || !isOver(progress),
    age: sayElapsed(Date.now() - asked.requestedAt),
    ...(root && { permalink: permalink(bot, root) }),
  };
}

function permalink({ workspaceUrl }: Bot, { channel, ts }: MessagePlace): string {
  return new URL(`/archives/${channel}/p${ts.replace('.', '')}`, workspaceUrl).href;
}
