import * as z from 'zod';

/** Whether something that a process needs answers it, and since when that is so (unix milliseconds). */
const Reach = z.object({ since: z.number(), why: z.string().optional() });
export type Reach = z.infer<typeof Reach>;

/** The processes of a cluster that say how they are; a bot answers for itself. */
const speakingRoles = ['worker', 'remediator'] as const;
export type SpeakingRole = (typeof speakingRoles)[number];

/**
 * What a process says about itself from time to time. Times are unix milliseconds. During an update one that is newer may
 * say more than its reader knows.
 */
export const Heartbeat = z.object({
  /** Tells processes apart; a restarted one is another. */
  process: z.string(),
  role: z.enum(speakingRoles),
  startedAt: z.number(),
  at: z.number(),
  version: z.string(),
  /** `why` is there while it is out of reach. */
  prometheus: Reach,
  kubernetes: Reach,
  /** What went wrong last in an investigation, in one line without secrets; `investigation` says in which. */
  lastError: z.object({ at: z.number(), investigation: z.string().optional(), why: z.string() }).optional(),
});
export type Heartbeat = z.infer<typeof Heartbeat>;

/** How often a process says how it is, and how long it may be silent before it counts as gone, in milliseconds. */
export const heartbeatEveryMs = 20_000;
const silentAfterMs = 60_000;
const newsMs = 24 * 3600_000;

/** How long what a process said is kept, in seconds: so long it is known since when all are silent. */
export const heartbeatKeptSeconds = 3600;

/** One part of netcheck, or of what it needs. */
export interface Part {
  readonly name: string;
  readonly isWell: boolean;
  /** What is wrong, or what there is to know; neither escaped nor with a full stop. */
  readonly says?: string;
  /** Since when it is so, in unix milliseconds, where that is known. */
  readonly since?: number;
}

interface Expected {
  readonly cluster: string;
  /** Whether changes are made, so that somebody has to be there who makes them. */
  readonly remediation: 'on' | 'off';
}

/** How the parts are by what the processes of a cluster said last. `now` is unix milliseconds. */
export function partsOf(
  heartbeats: readonly Heartbeat[],
  { cluster, remediation }: Expected,
  now: number,
): Part[] {
  const speaking = heartbeats.filter(({ at }) => now - at < silentAfterMs);
  const roles = speakingRoles.filter((role) => role === 'worker' || remediation === 'on');
  return [
    ...roles.map((role) => partOfRole(role, heartbeats, speaking, cluster)),
    ...reached('Prometheus', speaking, ({ prometheus }) => prometheus),
    ...reached('Kubernetes API', speaking, ({ kubernetes }) => kubernetes),
    ...versionsOf(speaking),
  ];
}

/** What went wrong last in an investigation, by all that processes said; what is older than a day is no news. */
export function lastErrorOf(heartbeats: readonly Heartbeat[], now: number): Heartbeat['lastError'] {
  return heartbeats
    .flatMap(({ lastError }) => lastError ?? [])
    .filter(({ at }) => now - at < newsMs)
    .sort((a, b) => b.at - a.at)
    .at(0);
}

function partOfRole(
  role: SpeakingRole,
  heartbeats: readonly Heartbeat[],
  speaking: readonly Heartbeat[],
  cluster: string,
): Part {
  const here = speaking.filter((one) => one.role === role);
  if (here.length > 0)
    return {
      name: here.length === 1 ? role : `${here.length} ${role}s`,
      isWell: true,
      since: Math.min(...here.map(({ startedAt }) => startedAt)),
    };
  const heard = heartbeats.filter((one) => one.role === role).map(({ at }) => at);
  const last = heard.length === 0 ? undefined : Math.max(...heard);
  const silence = `no ${role} of cluster ${cluster} has said anything`;
  return last === undefined
    ? { name: role, isWell: false, says: `${silence} in the last hour` }
    : { name: role, isWell: false, says: silence, since: last };
}

/** Nothing where nobody is there to look. What one process cannot reach is wrong, even where others can. */
function reached(
  name: string,
  speaking: readonly Heartbeat[],
  reachOf: (heartbeat: Heartbeat) => Reach,
): Part[] {
  if (speaking.length === 0) return [];
  const all = speaking.map((one) => ({ role: one.role, ...reachOf(one) }));
  const failing = all.filter(({ why }) => why !== undefined).sort((a, b) => a.since - b.since);
  const [first] = failing;
  if (first?.why === undefined)
    return [{ name, isWell: true, since: Math.max(...all.map(({ since }) => since)) }];
  const share = failing.length === all.length ? '' : ` (${failing.length} of ${all.length} processes)`;
  return [{ name, isWell: false, says: `${first.why}${share}`, since: first.since }];
}

/** During an update two versions are at work for a while; for long they should not be. */
function versionsOf(speaking: readonly Heartbeat[]): Part[] {
  const versions = [...new Set(speaking.map(({ version }) => version))].sort();
  return versions.length < 2
    ? []
    : [{ name: 'versions', isWell: false, says: `several are at work: ${versions.join(', ')}` }];
}
