import type { ContextBlock } from '@slack/types';
import type { Episode } from '../../core/alerts/episode.ts';
import { context } from './message.ts';
import { line, sayTime } from './text.ts';

const maxNamed = 3;
const maxLength = 400;

/** Whether all alerts are over. */
export function isQuiet(episode: Episode | undefined): boolean {
  return episode?.resolvedAt !== undefined;
}

/** `firing: HighErrorRate (3 times since 14:02 UTC), SlowRequests` or `resolved 14:20 UTC`, as one part or none; not escaped. */
export function sayEpisode(episode: Episode | undefined): string[] {
  if (episode === undefined) return [];
  if (episode.resolvedAt !== undefined) return [`resolved ${sayTime(episode.resolvedAt)}`];
  return [`firing: ${sayFiring(episode)}`];
}

function sayFiring({ alerts }: Episode): string {
  const firing = sameNames(alerts.filter(({ status }) => status === 'firing'));
  const named = firing.slice(0, maxNamed).map(sayAlert);
  const more = firing.length > maxNamed ? [`${firing.length - maxNamed} more`] : [];
  return [...named, ...more].join(', ');
}

/** The same as its own line of a message. */
export function episodeBlocks(episode: Episode | undefined): ContextBlock[] {
  return sayEpisode(episode).map((said) => context(line(said, maxLength)));
}

interface Firing {
  readonly name: string;
  readonly since: number;
  readonly times: number;
}

/** An alert for each pod is one to whoever reads it. */
function sameNames(alerts: readonly Firing[]): Firing[] {
  const byName = new Map<string, Firing>();
  for (const { name, since, times } of alerts) {
    const known = byName.get(name);
    byName.set(name, {
      name,
      since: Math.min(since, known?.since ?? since),
      times: times + (known?.times ?? 0),
    });
  }
  return [...byName.values()];
}

function sayAlert({ name, since, times }: Firing): string {
  return times === 1 ? name.slice(0, 100) : `${name.slice(0, 100)} (${times} times since ${sayTime(since)})`;
}

/** What the thread is told, once: edited where the alerts fire again. */
export function sayResolved(episode: Episode): string {
  const { resolvedAt, alerts } = episode;
  if (resolvedAt === undefined) return `Firing again: ${sayFiring(episode)}`;
  const names = [...new Set(alerts.map(({ name }) => name.slice(0, 100)))];
  const what = names.length === 1 ? (names[0] ?? '') : `All ${names.length} alerts`;
  return `${what} resolved ${sayTime(resolvedAt)}`;
}
