import * as z from 'zod';
import { AlertStatus, type Alert } from './alert.ts';

/** One alert of an episode. Times are unix milliseconds. */
const EpisodeAlert = z.strictObject({
  fingerprint: z.string(),
  name: z.string(),
  status: AlertStatus,
  /** When it fired first in this episode. */
  since: z.number(),
  /** When it fired last: what is said again of the same time is no other firing. */
  firedAt: z.number(),
  heardAt: z.number(),
  /** How often it fired. */
  times: z.int(),
  resolvedAt: z.number().optional(),
});
type EpisodeAlert = z.infer<typeof EpisodeAlert>;

/** What alerts say about one Service, from the first that fires until all is quiet: one investigation, one thread. */
export const Episode = z.strictObject({
  /** The investigation that it began, or found begun; an episode goes by its id. */
  id: z.string(),
  /** Grows by one with each write, which makes it a compare-and-set. */
  revision: z.int(),
  /** Grows by one with each change of what people are shown. */
  change: z.int(),
  alerts: z.array(EpisodeAlert),
  /** Unix milliseconds: when the last of its alerts was over; absent while one is firing. */
  resolvedAt: z.number().optional(),
  /** All was over before anybody looked, so nobody did: what fires next begins anew. */
  isCalledOff: z.boolean().default(false),
});
export type Episode = z.infer<typeof Episode>;

/** What was heard of an alert, and when. */
export interface Word {
  readonly fingerprint: string;
  readonly name: string;
  readonly status: Alert['status'];
  /** Unix milliseconds: since when it fires; the same however often it is said. */
  readonly startsAt: number;
  /** Unix milliseconds. */
  readonly at: number;
}

export function wordOf({ fingerprint, name, status, startsAt }: Alert, at: number): Word {
  return { fingerprint, name: name.slice(0, maxNameLength), status, startsAt: startsAt ?? at, at };
}

const maxNameLength = 200;
/** Beyond this, those that are over make room; where none is, further ones are not kept. */
const maxAlerts = 100;

/** Milliseconds: how long an episode waits for its alerts to fire again, and how long it believes in one not heard of. */
const quietMs = 30 * 60_000;
const silentMs = 6 * 3600_000;

export function openEpisode(id: string, words: readonly Word[]): Episode {
  const empty: Episode = { id, revision: 0, change: 0, alerts: [], isCalledOff: false };
  return { ...hear(empty, words), revision: 0, change: 0 };
}

/** Whether an episode has heard a later word of the same alert. */
export function isLate({ alerts }: Episode, { fingerprint, at }: Word): boolean {
  return alerts.some((one) => one.fingerprint === fingerprint && one.heardAt > at);
}

/** Whether what is heard now still belongs to it. */
export function isLive({ alerts, resolvedAt, isCalledOff }: Episode, now: number): boolean {
  if (isCalledOff) return false;
  if (resolvedAt !== undefined) return now - resolvedAt < quietMs;
  return now - Math.max(...alerts.map(({ heardAt }) => heardAt)) < silentMs;
}

/**
 * An episode after some words, one revision further; the same where they say nothing new. Words may come twice, and late:
 * what is older than the last word of an alert does not count.
 */
export function hear(episode: Episode, words: readonly Word[]): Episode {
  const alerts = words.reduce<readonly EpisodeAlert[]>(hearOne, episode.alerts);
  if (alerts === episode.alerts) return episode;
  const isShown = JSON.stringify(alerts.map(shownOf)) !== JSON.stringify(episode.alerts.map(shownOf));
  return {
    id: episode.id,
    revision: episode.revision + 1,
    change: episode.change + (isShown ? 1 : 0),
    alerts: [...alerts],
    ...resolvedOf(alerts),
    isCalledOff: episode.isCalledOff,
  };
}

/** Nobody needs what it began any more. */
export function callOff(episode: Episode): Episode {
  return { ...episode, isCalledOff: true, revision: episode.revision + 1 };
}

function shownOf({ heardAt: _heard, firedAt: _fired, ...shown }: EpisodeAlert): unknown {
  return shown;
}

function resolvedOf(alerts: readonly EpisodeAlert[]): Pick<Episode, 'resolvedAt'> {
  const times = alerts.flatMap(({ status, resolvedAt }) => (status === 'resolved' ? (resolvedAt ?? 0) : []));
  return alerts.length > 0 && times.length === alerts.length ? { resolvedAt: Math.max(...times) } : {};
}

function hearOne(alerts: readonly EpisodeAlert[], word: Word): readonly EpisodeAlert[] {
  const known = alerts.find(({ fingerprint }) => fingerprint === word.fingerprint);
  if (known === undefined) return word.status === 'firing' ? withRoom(alerts, word) : alerts;
  const next = afterWord(known, word);
  return next === known ? alerts : alerts.map((one) => (one === known ? next : one));
}

function withRoom(alerts: readonly EpisodeAlert[], word: Word): readonly EpisodeAlert[] {
  const added = newOf(word);
  if (alerts.length < maxAlerts) return [...alerts, added];
  const [oldest] = alerts.filter(({ status }) => status === 'resolved').sort((a, b) => a.heardAt - b.heardAt);
  return oldest === undefined ? alerts : [...alerts.filter((one) => one !== oldest), added];
}

function newOf({ fingerprint, name, startsAt, at }: Word): EpisodeAlert {
  return { fingerprint, name, status: 'firing', since: startsAt, firedAt: startsAt, heardAt: at, times: 1 };
}

function afterWord(known: EpisodeAlert, { status, startsAt, at }: Word): EpisodeAlert {
  if (at < known.heardAt) return known;
  const { resolvedAt, ...rest } = known;
  if (status === 'resolved') {
    if (known.status === 'resolved' && at === known.heardAt) return known;
    return { ...rest, status, heardAt: at, resolvedAt: resolvedAt ?? at };
  }
  const isNew = startsAt > known.firedAt;
  if (at === known.heardAt && !isNew) return known;
  return {
    ...rest,
    status,
    heardAt: at,
    firedAt: Math.max(startsAt, known.firedAt),
    times: known.times + (isNew ? 1 : 0),
  };
}
