import type { Attempt, Unseen } from '../evidence.ts';
import { clientLabel, placements, type Placement } from '../probes.ts';
import { commonEnd, concentration } from '../statistics/concentration.ts';
import { liveRange } from '../statistics/live-range.ts';
import { isWorse } from '../statistics/two-arms.ts';
import { classify } from '../signatures/classify.ts';
import { Culprit, LatencySignature, Range } from './findings.ts';
import { MissingFact } from './missing.ts';

/** So few failures in a row are no accident, even where one attempt in ten fails. */
const leastDead = 5;

/** The attempts of a probe as rules see them. Every selection of them is one again. */
export class AttemptFacts {
  readonly #made: readonly Attempt[];
  /** Arms that were to be run, and from which there is no attempt at all. */
  readonly #unseen: readonly Unseen[];

  /** `isSelection`: of attempts that were in order and each there once, in the order that they had. */
  constructor(attempts: readonly Attempt[], unseen: readonly Unseen[] = [], isSelection = false) {
    this.#made = isSelection ? attempts : eachOnce(attempts);
    this.#unseen = unseen.filter(({ from }) => !attempts.some((one) => one.from === from));
  }

  /** Those of all arms. Where one could not be run they are unknown: what it would have shown might change any number. */
  get attempts(): readonly Attempt[] {
    const [first] = this.#unseen;
    if (first !== undefined) throw whyUnseen(first);
    return this.#made;
  }

  get count(): number {
    return this.attempts.length;
  }

  get failed(): number {
    return this.attempts.filter(({ ok }) => !ok).length;
  }

  /** Failed attempts of all; of none it is unknown. */
  get share(): number {
    return this.failed / this.#some().length;
  }

  /** The middle of the times, in seconds, of the attempts that succeeded. */
  get median(): number {
    return this.quantile(0.5);
  }

  /** The time, in seconds, that a share `q` of the successful attempts did not exceed (nearest rank). */
  quantile(q: number): number {
    const times = this.attempts
      .filter(({ ok }) => ok)
      .map(({ seconds }) => seconds)
      .sort((a, b) => a - b);
    const rank = Math.min(Math.max(Math.ceil(q * times.length), 1), times.length);
    const time = times[rank - 1];
    if (time === undefined) throw new MissingFact('no attempt succeeded, so there is no time to tell');
    return time;
  }

  /** The attempts of one arm; an arm that was not run is unknown, not without failures. */
  from(placement: string): AttemptFacts {
    const arm = this.#made.filter((one) => one.from === placement);
    if (arm.length > 0) return selected(arm);
    const unseen = this.#unseen.find(({ from }) => from === placement);
    throw unseen === undefined
      ? new MissingFact(`no attempts from ${titleOf(placement)}`)
      : whyUnseen(unseen);
  }

  /** The attempts of all other arms that could be run; where none could it is unknown. */
  besides(placement: string): AttemptFacts {
    const others = this.#made.filter((one) => one.from !== placement);
    if (others.length > 0) return selected(others);
    const [first] = this.#unseen.filter(({ from }) => from !== placement);
    throw first === undefined
      ? new MissingFact(`no attempts but from ${titleOf(placement)}`)
      : whyUnseen(first);
  }

  /** The attempts whose label (`to`, `error`, or one of the probe's own) has this value; there may be none. */
  where(label: string, value: string): AttemptFacts {
    return selected(this.attempts.filter((one) => labelOf(one, label) === value));
  }

  /** The values that a label has, each once, sorted. */
  values(label: string): readonly string[] {
    return [...new Set(this.attempts.flatMap((one) => labelOf(one, label) ?? []))].sort();
  }

  /** The values of a label of which every attempt failed, of at least five: what answers no one. Sorted. */
  dead(label: string): readonly string[] {
    return this.values(label).filter((value) => {
      const { count, failed } = this.where(label, value);
      return count >= leastDead && failed === count;
    });
  }

  /** Attempts that took at least so many seconds, whether they succeeded or not. */
  slower(seconds: number): AttemptFacts {
    return selected(this.attempts.filter((one) => one.seconds >= seconds));
  }

  /** Which value of a label fails more than all the others together, if one does. */
  worst(label: string): Culprit {
    const groups = this.values(label).map((key) => {
      const { failed, count } = this.where(label, key);
      return { key, failed, of: count };
    });
    return new Culprit(concentration(groups));
  }

  /** The values of a label with which more fails than in the other attempts, which are those of a control. */
  worseThan(label: string, control: AttemptFacts): readonly string[] {
    const values = this.values(label);
    return values.filter((value) => {
      const { failed, count } = this.where(label, value);
      return isWorse(failed, count, control.failed, control.count, values.length);
    });
  }

  /**
   * The node with which, at either end of the way, more fails than without it, if one stands out: by the labels `client`
   * and `node`. Attempts without both are left out.
   */
  worstEnd(): Culprit {
    const legs = this.attempts.flatMap((one) => {
      const { [clientLabel]: client, node } = one.labels ?? {};
      return client === undefined || node === undefined ? [] : [{ ends: [client, node] as const, one }];
    });
    return new Culprit(commonEnd(legs.map(({ ends, one }) => ({ ends, failed: one.ok ? 0 : 1, of: 1 }))));
  }

  /** The range of a label's numbers, as of `source_port`, in which attempts succeed while all others fail. */
  liveRange(label: string): Range {
    const groups = Map.groupBy(this.attempts, (one) => labelOf(one, label));
    return new Range(
      liveRange(
        [...groups].flatMap(([value, all]) => {
          const number = value === undefined ? Number.NaN : Number(value);
          const failed = all.filter(({ ok }) => !ok).length;
          return Number.isNaN(number) ? [] : [{ number, failed, of: all.length }];
        }),
      ),
    );
  }

  /** All of them, judged by time alone: those that took at least so many seconds are what failed, whatever came of them. */
  late(seconds: number): AttemptFacts {
    return selected(this.attempts.map((one) => ({ ...one, ok: one.seconds < seconds })));
  }

  signature(): LatencySignature {
    return new LatencySignature(classify(this.#some().map(({ seconds }) => seconds)));
  }

  #some(): readonly Attempt[] {
    if (this.attempts.length === 0) throw new MissingFact('no attempts to go by');
    return this.attempts;
  }
}

function selected(attempts: readonly Attempt[]): AttemptFacts {
  return new AttemptFacts(attempts, [], true);
}

/** In an order of their own, and each once: neither the order of arrival nor a second delivery matters. */
function eachOnce(attempts: readonly Attempt[]): readonly Attempt[] {
  const ordered = attempts
    .map((one) => ({ one, identity: identityOf(one) }))
    // What a second delivery says is looked at only where there is one: there may be thousands of attempts.
    .sort((a, b) => compare(a.identity, b.identity) || compare(contentOf(a.one), contentOf(b.one)));
  return ordered
    .filter(({ identity }, index) => identity !== ordered[index - 1]?.identity)
    .map(({ one }) => one);
}

function contentOf({ ok, seconds, error, labels = {} }: Attempt): string {
  return JSON.stringify([ok, seconds, error, Object.entries(labels).sort()]);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function identityOf({ from, to, n, labels = {} }: Attempt): string {
  return `${from} ${labels[clientLabel] ?? ''} ${to} ${String(n).padStart(8, '0')}`;
}

function whyUnseen({ from, why }: Unseen): MissingFact {
  return new MissingFact(`no attempts from ${titleOf(from)}: ${why.detail}`);
}

function labelOf(attempt: Attempt, label: string): string | undefined {
  if (label === 'to' || label === 'error') return attempt[label];
  return attempt.labels?.[label];
}

function titleOf(placement: string): string {
  return Object.hasOwn(placements, placement) ? placements[placement as Placement].title : placement;
}
