import * as z from 'zod';
import { Directory } from '../core/directory.ts';
import { Evidence } from '../core/evidence.ts';
import { Heartbeat } from '../core/health.ts';
import { Held, keys, KeptPlaybooks, retentionSeconds, Settled, Thread } from '../core/jobs.ts';
import type { RecordedPlaybook } from '../core/playbook/recorded.ts';
import { Investigation } from '../core/progress.ts';
import { Request } from '../core/request.ts';
import { Candidate } from '../core/target.ts';
import { Trigger } from '../core/trigger.ts';
import type { Documents } from '../platform/documents.ts';
import { RemediationRecords, type Witness } from '../platform/remediation-records.ts';
import { Episodes } from './episodes.ts';
import { FollowUps } from './follow-ups.ts';

/** Where a message is. */
export const MessagePlace = z.strictObject({ channel: z.string(), ts: z.string() });
export type MessagePlace = z.infer<typeof MessagePlace>;

/** What was asked, for whoever lists or cancels an investigation that no worker has taken yet. */
export const Asked = z.strictObject({
  request: Request,
  where: Thread,
  /** Unix milliseconds. */
  requestedAt: z.number(),
  trigger: Trigger.optional(),
  /** Where Slack takes answers that only the requester sees, for 30 minutes. */
  responseUrl: z.string().optional(),
  /** Where netcheck began by itself and has to wait. */
  held: Held.optional(),
  /** The alerts that it is about, where they began another investigation that led to this one. */
  episode: z.string().optional(),
});
export type Asked = z.infer<typeof Asked>;

/** The role of the message that a proposal is decided on. */
export function proposalRole(proposal: string): string {
  return `proposal-${proposal}`;
}

/** More than there are of one cluster, with those that ended lately. */
const mostProcesses = 200;

/** Names of entries beside the messages. */
const asked = 'asked';
const chosen = 'chosen';

export type Posted = ReadonlyMap<string, MessagePlace>;

/** What bot and workers know of each other, typed. */
export class Records {
  readonly #documents: Documents;
  readonly #cluster: string;
  readonly remediations: RemediationRecords;
  readonly followUps: FollowUps;
  readonly episodes: Episodes;

  constructor(documents: Documents, cluster: string, witness: Witness) {
    this.#documents = documents;
    this.#cluster = cluster;
    this.remediations = new RemediationRecords(documents, cluster, witness);
    this.followUps = new FollowUps(documents);
    this.episodes = new Episodes(documents, cluster);
  }

  async investigation(id: string): Promise<Investigation | undefined> {
    const document = await this.#documents.read(keys.investigation(this.#cluster, id));
    return document && Investigation.parse(document.value);
  }

  async investigationRank(id: string): Promise<number | undefined> {
    return this.#documents.rank(keys.investigation(this.#cluster, id));
  }

  async evidence(id: string): Promise<ReadonlyMap<string, Evidence>> {
    const entries = await this.#documents.entries(keys.evidence(this.#cluster, id));
    return new Map([...entries].map(([name, value]) => [name, Evidence.parse(value)]));
  }

  async settled(id: string): Promise<Settled | undefined> {
    const document = await this.#documents.read(keys.settled(this.#cluster, id));
    return document && Settled.parse(document.value);
  }

  /** The playbooks of a version, as an investigation went by them. */
  async playbooks(version: string): Promise<readonly RecordedPlaybook[] | undefined> {
    const document = await this.#documents.read(keys.playbooks(version));
    return document && KeptPlaybooks.parse(document.value).files;
  }

  /** The Services of the cluster, unless no worker has listed them for long. */
  async directory(): Promise<Directory | undefined> {
    const document = await this.#documents.read(keys.directory(this.#cluster));
    return document && Directory.parse(document.value);
  }

  /** What the processes of the cluster said last about how they are; those long silent are left out. */
  async heartbeats(): Promise<readonly Heartbeat[]> {
    const processes = await this.#documents.recall(keys.heartbeats(this.#cluster), mostProcesses);
    const all = await Promise.all(
      processes.map((process) => this.#documents.read(keys.heartbeat(this.#cluster, process))),
    );
    return all.flatMap((document) => (document === undefined ? [] : [Heartbeat.parse(document.value)]));
  }

  async recent(limit: number): Promise<readonly string[]> {
    return this.#documents.recall(keys.recent(this.#cluster), limit);
  }

  async cancel(id: string, ttlSeconds: number): Promise<void> {
    await this.#documents.claim(keys.cancelled(this.#cluster, id), ttlSeconds);
  }

  async isCancelled(id: string): Promise<boolean> {
    return this.#documents.isClaimed(keys.cancelled(this.#cluster, id));
  }

  /** True for the first who takes a delivery of Slack. */
  async takeDelivery(id: string): Promise<boolean> {
    return this.#documents.claim(keys.delivery(id), retentionSeconds);
  }

  /** Remembers where Slack takes answers to whoever has a form open. */
  async noteForm(view: string, responseUrl: string): Promise<void> {
    await this.#documents.write(keys.form(view), 1, responseUrl);
  }

  async responseUrlOfForm(view: string): Promise<string | undefined> {
    const document = await this.#documents.read(keys.form(view));
    return document && z.string().parse(document.value);
  }

  /** Makes netcheck start nothing by itself in this channel, for so many seconds or until it is unmuted. */
  async mute(channel: string, seconds?: number): Promise<void> {
    await this.#documents.mark(keys.muted(this.#cluster, channel), seconds);
  }

  /** True if it was muted. */
  async unmute(channel: string): Promise<boolean> {
    return this.#documents.release(keys.muted(this.#cluster, channel));
  }

  /** Whether netcheck is to start nothing by itself there. */
  async isMuted(channel: string): Promise<boolean> {
    return this.#documents.isClaimed(keys.muted(this.#cluster, channel));
  }

  /** Whether this investigation is the one that an event of this channel may begin now. */
  async mayBegin(channel: string, id: string, withinSeconds: number): Promise<boolean> {
    return (await this.#documents.hold(keys.begun(this.#cluster, channel), id, withinSeconds)) === id;
  }

  /** Whether this is the first that an event of this channel begins, for as long as anybody remembers. */
  async isFirstOf(channel: string, id: string): Promise<boolean> {
    return (await this.#documents.hold(keys.incident(this.#cluster, channel), id, retentionSeconds)) === id;
  }

  /** Whether this investigation may ask in this channel which Service is meant: one may. */
  async mayAsk(channel: string, id: string): Promise<boolean> {
    return (await this.#documents.hold(keys.question(this.#cluster, channel), id, retentionSeconds)) === id;
  }

  /** True for the first who says in this channel which right is missing. */
  async mayTellLack(channel: string, right: string): Promise<boolean> {
    return this.#documents.claim(keys.lack(this.#cluster, channel, right), retentionSeconds);
  }

  /** True for the first who wants to tell a channel how to name a Service in an alert; it is told once. */
  async mayTellHow(channel: string): Promise<boolean> {
    return this.#documents.claim(keys.toldHow(this.#cluster, channel), retentionSeconds);
  }

  /** Writes down what was asked. Asking the same again changes nothing. */
  async noteAsked(id: string, question: Asked): Promise<void> {
    await Promise.all([
      this.#documents.add(keys.posted(id), asked, question),
      this.#documents.remember(keys.recent(this.#cluster), id, question.requestedAt),
    ]);
  }

  async asked(id: string): Promise<Asked | undefined> {
    const entry = (await this.#documents.entries(keys.posted(id))).get(asked);
    return entry === undefined ? undefined : Asked.parse(entry);
  }

  /** Settles which candidate was meant: the first choice stays, and is answered to everyone. */
  async choose(id: string, candidate: Candidate): Promise<Candidate> {
    await this.#documents.add(keys.posted(id), chosen, candidate);
    const entry = (await this.#documents.entries(keys.posted(id))).get(chosen);
    return Candidate.parse(entry);
  }

  /** What a person chose where a name stood for several Services. */
  async chosen(id: string): Promise<Candidate | undefined> {
    const entry = (await this.#documents.entries(keys.posted(id))).get(chosen);
    return entry === undefined ? undefined : Candidate.parse(entry);
  }

  /** True for whoever may upload a file of this role now; until they release it, or for `ttlSeconds`, nobody else may. */
  async claimUpload(id: string, role: string, ttlSeconds: number): Promise<boolean> {
    return this.#documents.claim(keys.uploading(id, role), ttlSeconds);
  }

  async releaseUpload(id: string, role: string): Promise<void> {
    await this.#documents.release(keys.uploading(id, role));
  }

  /** Remembers a message by its role in the report; the first of a role stays. */
  async notePosted(id: string, role: string, place: MessagePlace): Promise<void> {
    await this.#documents.add(keys.posted(id), `message:${role}`, place);
  }

  async posted(id: string): Promise<Posted> {
    const entries = await this.#documents.entries(keys.posted(id));
    return new Map(
      [...entries].flatMap(([name, value]) =>
        name.startsWith('message:') ? [[name.slice('message:'.length), MessagePlace.parse(value)]] : [],
      ),
    );
  }
}
