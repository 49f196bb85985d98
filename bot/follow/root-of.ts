import type { Held } from '../../core/jobs.ts';
import type { Progress } from '../../core/progress.ts';
import type { Asked, Records } from '../records.ts';
import type { Message } from '../views/message.ts';
import { rootMessage } from '../views/root.ts';

interface Reported {
  readonly cluster: string;
  readonly asked: Asked;
  readonly progress: Progress | undefined;
  /** Its turn is yet to come. */
  readonly held?: Held | undefined;
}

/** The one message in the channel, of an investigation that nobody is at work on, with what has come of it since. */
export async function rootOf(
  id: string,
  { cluster, asked, progress, held }: Reported,
  { remediations, followUps, episodes }: Records,
): Promise<Message> {
  return rootMessage({
    id,
    cluster,
    request: asked.request,
    requester: asked.where.requester,
    progress,
    held,
    silence: 'none',
    remediations: await remediations.of(id),
    watch: await followUps.watch(id),
    episode: await episodes.read(asked.episode ?? id),
  });
}
