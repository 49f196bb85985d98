import { sayDuration } from '../../core/duration.ts';
import { sayStatistics } from '../../core/say-statistics.ts';
import type { TeamStatistics } from '../../core/team-statistics.ts';
import { paginate, section, type Message } from './message.ts';
import { bold, fallback, line, plural, sayElapsed } from './text.ts';

interface Asked {
  readonly cluster: string;
  /** Over how long, in seconds. */
  readonly seconds: number;
}

/** `/netcheck stats`: what came of it all, and what would make the next one better. */
export function statsMessage(
  statistics: TeamStatistics & { readonly isCut: boolean },
  { cluster, seconds }: Asked,
): Message {
  const { investigations, isCut } = statistics;
  const cut = isCut ? ', the latest of more' : '';
  const said = `Cluster ${cluster}, last ${sayDuration(seconds)}: ${plural(investigations, 'investigation')}${cut}`;
  if (investigations === 0) return { text: fallback(said), blocks: [section(line(said))] };
  const lines = sayStatistics(statistics, sayElapsed).flatMap(({ title, lines: some }) => [
    ...(title === '' ? [] : [bold(title)]),
    ...some.map((one) => (title === '' ? line(one, 500) : `• ${line(one, 400)}`)),
  ]);
  return { text: fallback(said), blocks: [section(bold(said)), ...(paginate(lines)[0] ?? [])] };
}
