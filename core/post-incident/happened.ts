import type { Episode } from '../alerts/episode.ts';
import type { Note } from '../follow-up/notes.ts';
import type { Happened } from './incident.ts';

/** What alerts and people said of an incident. */
export function happenedIn(episode: Episode | undefined, notes: readonly Note[]): Happened[] {
  const alerts = (episode?.alerts ?? []).flatMap(({ name, since, times, resolvedAt }) => [
    { at: since, what: `Alert ${name} fires${times > 1 ? `, ${times} times in all` : ''}` },
    ...(resolvedAt === undefined ? [] : [{ at: resolvedAt, what: `Alert ${name} is resolved` }]),
  ]);
  return [...alerts, ...notes.map(({ by, at, text }) => ({ at, what: `${by.name} notes: ${text}` }))];
}
