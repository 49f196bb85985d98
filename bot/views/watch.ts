import { spoken } from '../../core/verdict.ts';
import type { Change } from '../../core/watch/changes.ts';
import type { Watch } from '../../core/watch/watch.ts';
import { marks } from './marks.ts';
import { paginate, type Message } from './message.ts';
import { bold, fallback, line, sayTime } from './text.ts';

const found = { unchanged: 'unchanged', changed: 'changed', 'could-not-look': 'could not look' } as const;

/** How a watch stands, in a few words of the message in the channel. */
export function sayWatch(watch: Watch | undefined): string[] {
  if (watch === undefined) return [];
  const { last, ended, startedAt } = watch;
  if (ended !== undefined) return [`watched until ${sayTime(ended.at)}: ${ended.why}`];
  if (last === undefined) return [`watching since ${sayTime(startedAt)}`];
  return [`watching, last checked ${sayTime(last.at)}, ${found[last.found]}`];
}

const said: Readonly<Record<Change['kind'], { readonly mark: string; readonly words: string }>> = {
  appeared: { mark: marks.confirmed, words: 'has appeared' },
  proven: { mark: marks.confirmed, words: 'is proven now' },
  returned: { mark: marks.confirmed, words: 'is back' },
  gone: { mark: marks.eliminated, words: 'is gone' },
  'fix-holds': { mark: marks.eliminated, words: 'is gone: the fix holds' },
  unseen: { mark: marks.unchecked, words: 'cannot be seen any more, which does not mean that it is gone' },
  unproven: { mark: marks.standing, words: 'is not proven any more, nor ruled out' },
  'still-there': { mark: marks.confirmed, words: 'can be told again, and is still there' },
};

/** As many changes as a person reads at once. */
const most = 20;

/** What one round of a watch has to say. */
interface Round {
  readonly changes: readonly Change[];
  /** Why there was no look. */
  readonly blind: string | undefined;
  /** False of the last one. */
  readonly goesOn: boolean;
}

/** What has changed since the last look; or that there was no look, and why. */
export function changesMessage({ changes, blind, goesOn }: Round, at: number): Message {
  const lines = [
    ...changes.slice(0, most).map(({ kind, title, reason, was }) => {
      const { mark, words } = said[kind];
      const before = was === undefined ? '' : ` (${spoken[was]} before)`;
      return `${mark} ${bold(title, 110)} ${words}${before} — ${line(reason, 260)}`;
    }),
    ...(changes.length > most ? [`… and ${changes.length - most} more changes`] : []),
    ...(blind === undefined
      ? []
      : [
          `${marks.unchecked} netcheck could not look this time: ${line(blind, 400)}.${goesOn ? ' It goes on watching.' : ''}`,
        ]),
  ];
  const [first] = changes;
  const text =
    first === undefined ? 'netcheck could not look this time' : `${first.title} ${said[first.kind].words}`;
  const [blocks = []] = paginate([bold(`Watched at ${sayTime(at)}`), ...lines]);
  return { text: fallback(text), blocks };
}
