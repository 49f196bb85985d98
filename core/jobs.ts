import * as z from 'zod';
import { Alert } from './alerts/alert.ts';
import { Effort } from './effort.ts';
import { EvidenceRequest, Window } from './evidence.ts';
import { RecordedPlaybook } from './playbook/recorded.ts';
import { Person } from './remediation/state.ts';
import { Request } from './request.ts';
import { Target } from './target.ts';

/*
 * The wire between the processes: the only thing that bot and workers share. Queues are named by cluster, so that each
 * cluster's workers take only their own.
 */

export const queueNames = {
  investigate: (cluster: string) => `investigate-${cluster}`,
  gather: (cluster: string) => `gather-${cluster}`,
  /** Probes wait for one another, over all workers of a cluster. */
  probe: (cluster: string) => `probe-${cluster}`,
  remediate: (cluster: string) => `remediate-${cluster}`,
  /** What alerts say; taken by any bot replica of the cluster. */
  alerts: (cluster: string) => `alerts-${cluster}`,
  /** Slack threads to keep up to date; taken by any bot replica. */
  follow: 'follow',
} as const;

export const InvestigateJob = z.strictObject({
  id: z.string(),
  request: Request,
  /** Unix milliseconds. */
  requestedAt: z.number(),
  /** Who asked, as the audit log names them: a Slack user's id, or the user of the terminal. */
  requester: z.string(),
  /** The only causes to look at, where something is looked at again; it is not an investigation that people list. */
  only: z.array(z.string()).optional(),
  effort: Effort.optional(),
});
export type InvestigateJob = z.infer<typeof InvestigateJob>;

export const GatherJob = z.strictObject({ investigation: z.string(), request: EvidenceRequest });
export type GatherJob = z.infer<typeof GatherJob>;

/**
 * `preview` answers a Preview; `carry-on` takes a proposal as far as it can be taken by itself, from wherever it is;
 * `revert` ends a trial.
 */
export const RemediateJob = z.strictObject({ proposal: z.string() });
export type RemediateJob = z.infer<typeof RemediateJob>;

/** A job that a bug stopped is done again, from where it stopped. */
export const remediateOptions = { attempts: 4, backoff: { type: 'exponential', delay: 1000 } } as const;

/** Where a thread lives and who asked. */
export const Thread = z.strictObject({
  channel: z.string(),
  /** The message under which to answer, where the request came from inside a thread. */
  thread: z.string().optional(),
  requester: Person,
});
export type Thread = z.infer<typeof Thread>;

/** An investigation that netcheck began by itself has to wait where there are many. */
export const Held = z.strictObject({
  /** Unix milliseconds: when it starts. */
  until: z.number(),
  /** How many start before it. */
  ahead: z.int(),
});
export type Held = z.infer<typeof Held>;

export const FollowJob = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('investigation'),
    cluster: z.string(),
    id: z.string(),
    where: Thread,
    /** Unix milliseconds. */
    requestedAt: z.number(),
  }),
  z.strictObject({
    kind: z.literal('remediation'),
    cluster: z.string(),
    proposal: z.string(),
    investigation: z.string(),
  }),
  /** The `nr`-th time that an investigation is looked at again. */
  z.strictObject({
    kind: z.literal('run'),
    cluster: z.string(),
    investigation: z.string(),
    nr: z.int(),
  }),
  /** One round of watching an investigation; 0 only shows how the watch stands. */
  z.strictObject({
    kind: z.literal('watch'),
    cluster: z.string(),
    investigation: z.string(),
    /** Which watch of this investigation. */
    nr: z.int(),
    round: z.int(),
  }),
  /** What alerts say has changed for the `change`th time. */
  z.strictObject({
    kind: z.literal('episode'),
    cluster: z.string(),
    episode: z.string(),
    change: z.int(),
  }),
  /** People said something: the evidence is to show it. */
  z.strictObject({ kind: z.literal('notes'), cluster: z.string(), investigation: z.string() }),
]);
export type FollowJob = z.infer<typeof FollowJob>;

/** Alerts that came together, as they were understood. */
export const AlertsJob = z.strictObject({
  alerts: z.array(Alert),
  /** Unix milliseconds: when they came. */
  at: z.number(),
  /** The message in Slack that said so; those of the webhook go where the settings say. */
  message: z.strictObject({ channel: z.string(), thread: z.string() }).optional(),
});
export type AlertsJob = z.infer<typeof AlertsJob>;

/** What an investigation has settled before it looks: written once, so that a restarted worker goes on with the same. */
export const Settled = z.strictObject({
  target: Target,
  requester: z.string(),
  window: Window,
  /** The version of the playbooks that it goes by to its end. */
  playbooks: z.string(),
  /** The only causes that it looks at. */
  only: z.array(z.string()).optional(),
  effort: Effort.optional(),
});
export type Settled = z.infer<typeof Settled>;

/** One version of the playbooks, for workers that have another. */
export const KeptPlaybooks = z.strictObject({ files: z.array(RecordedPlaybook) });
export type KeptPlaybooks = z.infer<typeof KeptPlaybooks>;

export const keys = {
  investigation: (cluster: string, id: string) => `netcheck:${cluster}:investigation:${id}`,
  settled: (cluster: string, id: string) => `netcheck:${cluster}:settled:${id}`,
  evidence: (cluster: string, id: string) => `netcheck:${cluster}:evidence:${id}`,
  playbooks: (version: string) => `netcheck:playbooks:${version}`,
  /** How many connections its probes have made. */
  connections: (cluster: string, id: string) => `netcheck:${cluster}:connections:${id}`,
  cancelled: (cluster: string, id: string) => `netcheck:${cluster}:cancelled:${id}`,
  remediation: (cluster: string, proposal: string) => `netcheck:${cluster}:remediation:${proposal}`,
  /** The runs of the remediator that may be writing to the cluster for a proposal. */
  writing: (cluster: string, proposal: string) => `netcheck:${cluster}:writing:${proposal}`,
  /** The proposals that an investigation led to. */
  proposals: (cluster: string, investigation: string) => `netcheck:${cluster}:proposals:${investigation}`,
  /** The Services that there are. */
  directory: (cluster: string) => `netcheck:${cluster}:directory`,
  /** Channels in which netcheck starts nothing by itself. */
  muted: (cluster: string, channel: string) => `netcheck:${cluster}:muted:${channel}`,
  /** The investigation that an event of this channel began a short while ago. */
  begun: (cluster: string, channel: string) => `netcheck:${cluster}:begun:${channel}`,
  /** The first investigation that an event of this channel began. */
  incident: (cluster: string, channel: string) => `netcheck:${cluster}:incident:${channel}`,
  /** The investigation that may ask in this channel which Service is meant. */
  question: (cluster: string, channel: string) => `netcheck:${cluster}:question:${channel}`,
  /** A right whose lack a channel was told. */
  lack: (cluster: string, channel: string, right: string) => `netcheck:${cluster}:lack:${channel}:${right}`,
  /** A sorted set of the processes that said how they are, by when; and what each said last. */
  heartbeats: (cluster: string) => `netcheck:${cluster}:heartbeats`,
  heartbeat: (cluster: string, process: string) => `netcheck:${cluster}:heartbeat:${process}`,
  /** What alerts say, by the investigation that they began. */
  episode: (cluster: string, id: string) => `netcheck:${cluster}:episode:${id}`,
  /** What an alert is about, by a hash of what stays the same of it. */
  alertSubject: (cluster: string, hash: string) => `netcheck:${cluster}:alert-subject:${hash}`,
  /** The latest episode of a Service. */
  episodeAbout: (cluster: string, subject: string) => `netcheck:${cluster}:episode-about:${subject}`,
  /** Investigations of alerts that were begun. */
  begunByAlert: (cluster: string, id: string) => `netcheck:${cluster}:begun-by-alert:${id}`,
  /** Channels that were told how to name a Service in an alert. */
  toldHow: (cluster: string, channel: string) => `netcheck:${cluster}:told-how:${channel}`,
  /** How fast netcheck starts by itself: of all channels, or of one. */
  pace: (cluster: string, of: string) => `netcheck:${cluster}:pace:${of}`,
  /** A sorted set of the ids of recent investigations, by start. */
  recent: (cluster: string) => `netcheck:${cluster}:recent`,
  /** What the bot has posted for an investigation. */
  posted: (id: string) => `netcheck:posted:${id}`,
  /** How often an investigation was looked at again, by whom. */
  runs: (id: string) => `netcheck:runs:${id}`,
  watch: (id: string) => `netcheck:watch:${id}`,
  /** Whoever puts a file into the thread of an investigation just now. */
  uploading: (id: string, role: string) => `netcheck:uploading:${id}:${role}`,
  /** What people said about it. */
  notes: (id: string) => `netcheck:notes:${id}`,
  /** Deliveries from Slack that were taken already. */
  delivery: (id: string) => `netcheck:delivery:${id}`,
  /** Where whoever has that form open is answered. */
  form: (view: string) => `netcheck:form:${view}`,
} as const;

/** How long results are kept, in seconds. */
export const retentionSeconds = 7 * 24 * 3600;
