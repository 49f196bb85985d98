import { unavailable, Evidence, type EvidenceRequest } from '../core/evidence.ts';
import { keys, Settled, type InvestigateJob } from '../core/jobs.ts';
import { Investigation, isOver, type Progress } from '../core/progress.ts';
import type { Report } from '../core/report.ts';
import type { Documents } from '../platform/documents.ts';

/** Above every count of evidence: what is over stays over. */
const overRank = 1_000_000;

/** Told of what was not in the store before, once it is; it must not fail. */
export interface StoreWitness {
  /** `isCheck`: it looks whether a change helped. */
  published(investigation: Investigation, isCheck: boolean): void;
  added(evidence: Evidence): void;
}

const nobody: StoreWitness = { published: () => undefined, added: () => undefined };

type Published = Omit<Investigation, 'progress'> & Pick<InvestigateJob, 'only'>;

/** What an investigation has found, in Redis, where any worker can go on with it. */
export class InvestigationStore {
  readonly #documents: Documents;
  readonly #cluster: string;
  readonly #witness: StoreWitness;

  constructor(documents: Documents, cluster: string, witness = nobody) {
    this.#documents = documents;
    this.#cluster = cluster;
    this.#witness = witness;
  }

  async settle(id: string, settled: Settled): Promise<Settled> {
    const key = keys.settled(this.#cluster, id);
    await this.#documents.write(key, 0, settled);
    return Settled.parse((await this.#documents.read(key))?.value);
  }

  async settled(id: string): Promise<Settled | undefined> {
    const stored = await this.#documents.read(keys.settled(this.#cluster, id));
    return stored && Settled.parse(stored.value);
  }

  async addEvidence(id: string, evidence: Evidence): Promise<void> {
    const key = keys.evidence(this.#cluster, id);
    if (await this.#documents.add(key, evidence.request.id, evidence)) this.#witness.added(evidence);
  }

  async evidence(id: string): Promise<ReadonlyMap<string, Evidence>> {
    const entries = await this.#documents.entries(keys.evidence(this.#cluster, id));
    return new Map([...entries].map(([name, value]) => [name, Evidence.parse(value)]));
  }

  /** Publishes how far it got; `seen` counts evidence, so that a slower writer never takes it back. */
  async publish({ id, request, startedAt, only }: Published, progress: Progress, seen = 0): Promise<void> {
    const rank = isOver(progress) ? overRank : seen;
    const investigation: Investigation = { id, request, startedAt, progress };
    const isNew = await this.#documents.write(keys.investigation(this.#cluster, id), rank, investigation);
    if (isNew) this.#witness.published(investigation, only !== undefined);
  }

  /** Puts the report of an investigation that is over right, after a trial has shown more. */
  async amend(investigation: Investigation, report: Report): Promise<void> {
    const key = keys.investigation(this.#cluster, investigation.id);
    const rank = (await this.#documents.rank(key)) ?? overRank;
    const amended: Investigation = { ...investigation, progress: { phase: 'ended', report } };
    await this.#documents.write(key, rank + 1, amended);
  }

  async read(id: string): Promise<Investigation | undefined> {
    const stored = await this.#documents.read(keys.investigation(this.#cluster, id));
    return stored && Investigation.parse(stored.value);
  }

  /** Takes some of the connections that an investigation may make, `most` in all; answers how many are left for it. */
  async reserve(id: string, wanted: number, most: number): Promise<number> {
    return this.#documents.take(keys.connections(this.#cluster, id), wanted, most);
  }

  async remember(id: string, at: number): Promise<void> {
    await this.#documents.remember(keys.recent(this.#cluster), id, at);
  }

  async isCancelled(id: string): Promise<boolean> {
    return this.#documents.isClaimed(keys.cancelled(this.#cluster, id));
  }
}

/** What stands in for evidence whose look ended in a crash. */
export function crashed(request: EvidenceRequest, why: string): Evidence {
  const detail = `the look crashed: ${firstLine({ message: why })}`;
  return { request, observation: unavailable('crashed', detail), tookMs: 0 };
}

/** What of an error a person can read; the rest is in the log. */
export function firstLine({ message }: Pick<Error, 'message'>): string {
  const [line = ''] = message.split('\n');
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
