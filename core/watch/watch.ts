import * as z from 'zod';
import { sayDuration } from '../duration.ts';
import { Person } from '../remediation/state.ts';
import type { Report } from '../report.ts';
import { isAllGone, knownFrom, Known, lookAgain, type Change } from './changes.ts';
import { endOfWatch } from './schedule.ts';

/** Looking again and again at what one investigation looked at, as it is stored between two rounds. */
export const Watch = z.strictObject({
  /** Counts the watches of one investigation, from 1. */
  nr: z.int(),
  /** Grows by one with each write, which makes writing it a compare-and-set; over all watches of one investigation. */
  revision: z.int(),
  by: Person,
  /** Unix milliseconds. */
  startedAt: z.number(),
  /** The round that is next, from 1. */
  round: z.int(),
  last: z
    .strictObject({ at: z.number(), found: z.enum(['unchanged', 'changed', 'could-not-look']) })
    .optional(),
  known: Known,
  /** How many rounds in a row found everything gone that was ever named. */
  goneFor: z.int(),
  ended: z.strictObject({ at: z.number(), why: z.string() }).optional(),
});
export type Watch = z.infer<typeof Watch>;

/** So many rounds in a row have to find everything gone before nobody need watch any more. */
const enoughGone = 3;

/** A new watch of an investigation, after the one that was there before. */
export function newWatch(before: Watch | undefined, first: Report, by: Person, now: number): Watch {
  return {
    nr: (before?.nr ?? 0) + 1,
    revision: (before?.revision ?? 0) + 1,
    by,
    startedAt: now,
    round: 1,
    known: before?.known ?? knownFrom(first),
    goneFor: 0,
  };
}

export function ended(watch: Watch, why: string, now: number): Watch {
  return { ...watch, revision: watch.revision + 1, ended: { at: now, why } };
}

interface Round {
  /** What was reported before anybody watched. */
  readonly first: Report;
  /** What the round found, or why it found nothing. */
  readonly found: { readonly report: Report } | { readonly why: string };
  /** Causes that a change of the cluster was made for and that it was seen to help. */
  readonly mended: ReadonlySet<string>;
  /** Unix milliseconds. */
  readonly now: number;
  /** The first interval, in seconds. */
  readonly every: number;
}

interface Advanced {
  readonly watch: Watch;
  readonly changes: readonly Change[];
  /** Why it cannot look, where it could the last time. */
  readonly blind?: string;
}

/** The watch after one more round, and what there is to say of it. A round that could not look changes nothing. */
export function advance(watch: Watch, { first, found, mended, now, every }: Round): Advanced {
  const next = { ...watch, revision: watch.revision + 1, round: watch.round + 1 };
  const isTimeOver = now >= endOfWatch(watch.startedAt, every);
  const hours = sayDuration(Math.round(endOfWatch(0, every) / 1000));
  const timeOver = isTimeOver ? { ended: { at: now, why: `its ${hours} are over` } } : {};
  if ('why' in found) {
    const isNew = watch.last?.found !== 'could-not-look';
    const last = { at: now, found: 'could-not-look' } as const;
    return {
      watch: { ...next, last, goneFor: 0, ...timeOver },
      changes: [],
      ...(isNew && { blind: found.why }),
    };
  }
  const { changes, known } = lookAgain(watch.known, found.report, mended);
  const goneFor = isAllGone(first, known, found.report) ? watch.goneFor + 1 : 0;
  const last = { at: now, found: changes.length === 0 ? 'unchanged' : 'changed' } as const;
  const isGone = goneFor >= enoughGone;
  const allGone = isGone ? { ended: { at: now, why: `all is gone, ${enoughGone} checks in a row` } } : {};
  return { watch: { ...next, last, known, goneFor, ...timeOver, ...allGone }, changes };
}
