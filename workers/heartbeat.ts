import { randomUUID } from 'node:crypto';
import { heartbeatEveryMs, heartbeatKeptSeconds, type Heartbeat, type Reach } from '../core/health.ts';
import { keys } from '../core/jobs.ts';
import { redactText } from '../core/redact-text.ts';
import { Documents } from '../platform/documents.ts';
import type { Logger } from '../platform/logger.ts';
import { version } from '../platform/version.ts';
import type { Redis } from 'ioredis';
import type { Sources } from './collect.ts';
import { firstLine, type StoreWitness } from './investigation-store.ts';

/** How long Prometheus and the cluster may take for a look that costs them nothing, in milliseconds. */
const withinMs = 5000;

interface Beating {
  readonly role: Heartbeat['role'];
  readonly cluster: string;
  readonly sources: Pick<Sources, 'cluster' | 'metrics'>;
  readonly redis: Redis;
  readonly logger: Logger;
}

/** Tells bots how this process is and whether it reaches what it looks at: now and from time to time. */
export class HeartbeatWriter {
  readonly #beating: Beating;
  readonly #documents: Documents;
  readonly #process = randomUUID();
  readonly #startedAt = Date.now();
  #reached: Pick<Heartbeat, 'prometheus' | 'kubernetes'> | undefined;
  #lastError: Heartbeat['lastError'];
  #isBeating = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(beating: Beating) {
    this.#beating = beating;
    this.#documents = new Documents(beating.redis, heartbeatKeptSeconds);
  }

  start(): void {
    this.#once();
    this.#timer = setInterval(() => this.#once(), heartbeatEveryMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Something went wrong in an investigation; it is told with the next beat. */
  noteError(error: Pick<Error, 'message'>, investigation?: string): void {
    const why = redactText(firstLine(error));
    this.#lastError = { at: Date.now(), why, ...(investigation !== undefined && { investigation }) };
  }

  /** Has the store tell of investigations that failed, besides what it tells already. */
  watching(witness: StoreWitness): StoreWitness {
    return {
      published: (investigation, isCheck) => {
        witness.published(investigation, isCheck);
        const { id, progress } = investigation;
        if (progress.phase === 'failed') this.noteError({ message: progress.why }, id);
      },
      added: (evidence) => witness.added(evidence),
    };
  }

  /** While Redis is away the beat before waits for it: one is enough. */
  #once(): void {
    if (this.#isBeating) return;
    this.#isBeating = true;
    this.#beat().then(
      () => (this.#isBeating = false),
      (error: unknown) => {
        this.#isBeating = false;
        this.#beating.logger.warn({ err: error }, 'how this process is could not be told');
      },
    );
  }

  async #beat(): Promise<void> {
    const { role, cluster } = this.#beating;
    this.#reached = await this.#look();
    const at = Date.now();
    const heartbeat: Heartbeat = {
      process: this.#process,
      role,
      startedAt: this.#startedAt,
      at,
      version,
      ...this.#reached,
      ...(this.#lastError && { lastError: this.#lastError }),
    };
    await this.#documents.write(keys.heartbeat(cluster, this.#process), at, heartbeat);
    await this.#documents.remember(keys.heartbeats(cluster), this.#process, at);
  }

  async #look(): Promise<Pick<Heartbeat, 'prometheus' | 'kubernetes'>> {
    const { cluster, metrics } = this.#beating.sources;
    const signal = AbortSignal.timeout(withinMs);
    const [prometheus, kubernetes] = await Promise.all([
      whyNot(metrics.instant('vector(1)', Date.now() / 1000, signal)),
      // All of them may be thousands; one namespace says as well whether the API server answers.
      whyNot(cluster.list('services', { namespace: 'default' }, signal)),
    ]);
    return {
      prometheus: reachOf(prometheus, this.#reached?.prometheus),
      kubernetes: reachOf(kubernetes, this.#reached?.kubernetes),
    };
  }
}

/** In one line without secrets, why a look failed; undefined where it did not. */
async function whyNot(look: Promise<unknown>): Promise<string | undefined> {
  try {
    await look;
    return undefined;
  } catch (error) {
    return redactText(firstLine(error instanceof Error ? error : { message: String(error) }));
  }
}

/** As long as it stays out of reach, or within, it has been so since the first look that said so. */
function reachOf(why: string | undefined, before: Reach | undefined): Reach {
  const isSame = before !== undefined && (before.why === undefined) === (why === undefined);
  return { since: isSame ? before.since : Date.now(), ...(why !== undefined && { why }) };
}
