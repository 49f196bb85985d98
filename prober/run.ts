import { lookup } from 'node:dns/promises';
import { isIPv6 } from 'node:net';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import type { Phases, ProbeAttempt, ProbeFacts, ProbeTarget, ProbeTask } from '../core/probe-task.ts';
import { Cannot } from './cannot.ts';
import { parseHost, type Guard } from './guard.ts';
import { hasRoute } from './route.ts';
import type { Output } from './output.ts';
import { mostPerSecond } from './task.ts';

/** Where a name leads, and how long it took to find out. */
export interface Reached {
  readonly address: string;
  readonly family: 4 | 6;
  /** Milliseconds; 0 where nothing had to be looked up. */
  readonly dnsMs: number;
}

/** What came of one attempt. */
export interface Outcome {
  readonly ok: boolean;
  /** Milliseconds until it succeeded or failed. */
  readonly ms: number;
  readonly phases: Phases;
  readonly error?: string;
  readonly address?: string;
  readonly sourcePort?: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** One attempt: which one, at what, and when to give up. */
export interface Attempt {
  readonly n: number;
  /** Counted from 0 in this run, whatever the task's first attempt is. */
  readonly index: number;
  readonly target: ProbeTarget;
  /** Aborted when the program must end; an attempt that is cut off so is not counted. */
  readonly signal: AbortSignal;
}

/** Seconds between two lines of progress. */
const progressEvery = 1;

/** What the probes share: the task, the clock, the addresses that may be reached, and the lines that go out. */
export class Run {
  readonly task: ProbeTask;
  readonly signal: AbortSignal;
  readonly notes = new Set<string>();
  readonly facts: ProbeFacts = {};
  readonly #guard: Guard;
  readonly #output: Output;
  readonly #endsAt: number;
  readonly #known = new Map<string, Promise<readonly Reached[]>>();
  #attempts = 0;
  #failed = 0;
  #progressAt = performance.now();

  /** `begunAt` is when the program was started, on the clock of performance.now(): the deadline counts from then. */
  constructor(task: ProbeTask, guard: Guard, output: Output, signal: AbortSignal, begunAt = 0) {
    this.task = task;
    this.signal = signal;
    this.#guard = guard;
    this.#output = output;
    this.#endsAt = begunAt + task.deadline * 1000;
  }

  get attempts(): number {
    return this.#attempts;
  }

  get failed(): number {
    return this.#failed;
  }

  /**
   * The addresses of a target, checked. A name is looked up once in a run and its addresses are taken in turn, unless
   * `anew`. Throws Cannot for what must not be probed, and what the look-up throws.
   */
  async reach(target: ProbeTarget, index: number, { anew = false } = {}): Promise<Reached> {
    const known = anew ? undefined : this.#known.get(nameOf(target));
    const found = known ?? this.#find(target);
    if (known === undefined) this.#remember(nameOf(target), found);
    const addresses = await found;
    const turn = Math.floor(index / Math.max(1, this.task.targets.length));
    const chosen = addresses[turn % addresses.length];
    if (chosen === undefined) throw Object.assign(new Error('no address'), { code: 'ENOTFOUND' });
    return known === undefined ? chosen : { ...chosen, dnsMs: 0 };
  }

  /** A look-up that failed is made again by the next attempt. */
  #remember(name: string, found: Promise<readonly Reached[]>): void {
    this.#known.set(name, found);
    found.catch(() => this.#known.delete(name));
  }

  async #find({ host, port }: ProbeTarget): Promise<readonly Reached[]> {
    const parsed = parseHost(host);
    if ('address' in parsed) {
      this.#guard.check(parsed.address, parsed.address, port);
      return [{ address: parsed.address, family: parsed.address.includes(':') ? 6 : 4, dnsMs: 0 }];
    }
    const started = performance.now();
    const found = await lookup(parsed.name, { all: true });
    const dnsMs = performance.now() - started;
    for (const { address } of found) this.#guard.check(address, parsed.name, port);
    const reachable = await this.#withRoute(found.map(({ address }) => address));
    return reachable.map((address) => ({ address, family: isIPv6(address) ? 6 : 4, dnsMs }));
  }

  /** Without those of a family that this machine has no way for, as clients leave them out; all, if it has none for any. */
  async #withRoute(addresses: readonly string[]): Promise<readonly string[]> {
    const families = new Set(addresses.map((address) => isIPv6(address)));
    if (families.size < 2) return addresses;
    const has = await Promise.all(addresses.map(hasRoute));
    const reachable = addresses.filter((_, index) => has[index]);
    if (reachable.length === 0 || reachable.length === addresses.length) return addresses;
    this.notes.add(
      `there is no way from here to ${addresses.length - reachable.length} of ${addresses.length} addresses of the name: they are left out`,
    );
    return reachable;
  }

  /**
   * Makes the task's attempts at its pace, some at once, over its targets in turn. None is begun that could not end
   * before the deadline, so that what is slow is not what goes missing; one takes `longest` seconds at most.
   */
  async each(
    attempt: (one: Attempt) => Promise<Outcome>,
    count = this.task.attempts,
    longest = this.task.timeout,
  ): Promise<void> {
    const { task } = this;
    const { burst = 1 } = task.options;
    const gap = Math.max(task.pace, 1 / mostPerSecond) * 1000;
    const lastStart = this.#endsAt - longest * 1000;
    const started = performance.now();
    const underWay = new Set<Promise<void>>();
    let broken: Error | undefined;
    for (let index = 0; index < count; index++) {
      const due = started + Math.floor(index / burst) * burst * gap;
      if (index % burst === 0) await this.#until(due);
      while (underWay.size >= task.concurrency) await Promise.race(underWay);
      if (broken !== undefined || this.signal.aborted) break;
      if (performance.now() > lastStart) {
        this.notes.add(`only ${index} of ${count} attempts could be begun before the deadline`);
        break;
      }
      const one: Promise<void> = this.make(index, attempt).then(
        () => void underWay.delete(one),
        (error: unknown) => {
          underWay.delete(one);
          broken ??= error instanceof Error ? error : new Error(String(error));
        },
      );
      underWay.add(one);
    }
    await Promise.all(underWay);
    if (broken !== undefined) throw broken;
  }

  /** Makes one attempt and reports it, with its target's labels and those it found; `undefined` if it was cut off. */
  async make(index: number, attempt: (one: Attempt) => Promise<Outcome>): Promise<Outcome | undefined> {
    const { task, signal } = this;
    // By its number, so that a second run goes on where the first ended.
    const n = task.first + index;
    const target = task.targets[n % task.targets.length];
    if (target === undefined) throw new Cannot('rejected', `Unexpected end, ${task.kind} expects a target`);
    const at = Date.now();
    const outcome = await attempt({ n, index, target, signal });
    if (signal.aborted) {
      this.notes.add('attempts under way when it was stopped are not counted');
      return undefined;
    }
    this.report(
      { n, to: nameOf(target), at },
      { ...outcome, labels: { ...target.labels, ...outcome.labels } },
    );
    return outcome;
  }

  report(which: Pick<ProbeAttempt, 'n' | 'to' | 'at'>, outcome: Outcome): void {
    const { labels = {}, ms, phases, ...rest } = outcome;
    this.#attempts += 1;
    if (!outcome.ok) this.#failed += 1;
    this.#output.write({
      type: 'attempt',
      ...which,
      ...rest,
      ms: rounded(ms),
      phases: Object.fromEntries(Object.entries(phases).map(([phase, took]) => [phase, rounded(took ?? 0)])),
      ...(Object.keys(labels).length > 0 && { labels: { ...labels } }),
    });
    const now = performance.now();
    if (now - this.#progressAt < progressEvery * 1000) return;
    this.#progressAt = now;
    this.#output.write({ type: 'progress', done: this.#attempts, of: this.task.attempts });
  }

  async #until(time: number): Promise<void> {
    const wait = time - performance.now();
    // Timers have a grain of 1 ms: what is due sooner starts now, which keeps the mean pace. Not before what has come in
    // meanwhile is heard: an answer that waits for the starts of others looks late.
    if (wait < 1) await turn();
    else await sleep(wait, undefined, { signal: this.signal }).catch(() => undefined);
  }
}

/** `host:port`, as the task names the target. */
export function nameOf({ host, port }: ProbeTarget): string {
  if (port === undefined) return host;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Microseconds are enough. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
