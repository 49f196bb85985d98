import {
  atMost,
  baseOf,
  cellsOfAttempts,
  cellsOfBuckets,
  cellsOfTemplate,
  steadyBase,
  type Bucket,
  type Cell,
} from './cells.ts';
import { fit, type Fit } from './fit.ts';
import { sum } from './tail.ts';
import { templates, type Kernel, type SignatureName, type Template } from './templates.ts';

/** What the slow attempts have in common. */
export interface Signature {
  readonly name: SignatureName;
  readonly title: string;
  /** Of the slow attempts (0 to 1) those that it explains: `events` of `of`. */
  readonly share: number;
  readonly events: number;
  readonly of: number;
  /** How many attempts were late by about `at` seconds. */
  readonly clusters: readonly { readonly at: number; readonly count: number }[];
  /** Whose rhythm SYNs keep; `any` where only times occur that every Linux has. */
  readonly kernel?: Kernel | 'any';
  /** What else keeps this rhythm. */
  readonly alternatives: readonly SignatureName[];
}

export interface SignatureOptions {
  /** The Linux of the clients, where known: it decides what the attempts leave open. */
  readonly kernel?: Kernel;
  /** These attempts failed after so many seconds: timeouts are told, not delays. */
  readonly failed?: boolean;
  /** Seconds that a normal attempt takes. Without it, a third of the attempts has to be normal. */
  readonly base?: number;
  /** The names that make sense for what was measured: connects, say, do not wait for DNS. All, if not given. */
  readonly among?: readonly SignatureName[];
}

interface Candidate {
  readonly template: Template;
  readonly fit: Fit;
}

/** How many times likelier than a smooth tail a template has to be: buckets blur, so that chance does more. */
const enough = { attempts: Math.log(2.5), buckets: Math.log(20) };
/** The rhythm of one Linux is told from that of another where it is fifty times likelier. */
const clear = Math.log(50);

/**
 * Names the timer behind slow attempts by their durations (seconds, in any order): that of which the times tell best
 * where the attempts lie, missed by up to 15 %. `none` where they lie as in a smooth tail, or are fewer than five. Blind
 * for an application that has such a time itself: who misses a cache for 1 s looks like who loses a SYN.
 */
export function classify(seconds: readonly number[], options: SignatureOptions = {}): Signature {
  const sorted = seconds.filter((one) => one >= 0 && one < Infinity).sort((a, b) => a - b);
  const known = knownBase(options);
  const base = known === undefined ? baseOf(sorted) : steadyBase(known);
  return (
    best((template) => cellsOfAttempts(sorted, base, template), enough.attempts, options) ??
    none(sorted.length - atMost(sorted, base.end))
  );
}

/**
 * The same for a Prometheus histogram (cumulative counts, bounds in seconds, in any order). Only a time that has a bucket
 * of its own, behind an empty one, can be told: 1 s by the bounds 0.5, 1, 2.5 (ingress-nginx), but not by 0.512, 1.024
 * (CoreDNS) nor by 0.1, 1, 10, where 1 s, 3 s and 5 s are one. What the application itself does within that bucket looks
 * the same.
 */
export function classifyBuckets(buckets: readonly Bucket[], options: SignatureOptions = {}): Signature {
  const cells = cellsOfBuckets(buckets);
  const end = endOfBase(cells, knownBase(options));
  return (
    best((template) => cellsOfTemplate(cells, end, template), enough.buckets, options) ??
    none(sum(cells.filter(({ from }) => from >= end).map(({ count }) => count)))
  );
}

/** What failed was not late: no normal attempt lies beneath. */
function knownBase({ base, failed = false }: SignatureOptions): number | undefined {
  return failed ? 0 : base;
}

/** The upper bound of the bucket that holds the base or, where it is unknown, half of all attempts. */
function endOfBase(cells: readonly Cell[], base: number | undefined): number {
  if (base === 0) return 0;
  const half = sum(cells.map(({ count }) => count)) / 2;
  let upTo = 0;
  const holder = cells.find(({ to, count }) => {
    upTo += count;
    return base === undefined ? upTo >= half : to >= base;
  });
  return holder?.to ?? Infinity;
}

function best(
  cellsOf: (template: Template) => readonly Cell[] | undefined,
  least: number,
  { kernel, failed = false, among }: SignatureOptions,
): Signature | undefined {
  const candidates = templates
    .filter(({ name, fails = false }) => fails === failed && (among?.includes(name) ?? true))
    .flatMap((template): Candidate[] => {
      const cells = cellsOf(template);
      return cells === undefined ? [] : [{ template, fit: fit(cells) }];
    })
    .filter((one) => one.fit.credible && one.fit.gain >= least)
    .sort((a, b) => b.fit.gain - a.fit.gain);
  const [first] = candidates;
  if (first === undefined) return undefined;
  const twin = candidates.find(
    ({ template }) => template !== first.template && template.name === first.template.name,
  );
  if (twin !== undefined && first.fit.gain - twin.fit.gain < clear) return undecided(first, twin, kernel);
  return decided(first, kernel);
}

const synAck = 'syn-ack-retransmission';

/** Both rhythms of SYNs fit, SYN-ACKs fit with the older one: what is known of the clients chooses. */
function undecided(first: Candidate, twin: Candidate, kernel: Kernel | undefined): Signature {
  const chosen = twin.template.kernel === kernel ? twin : first;
  return {
    ...signature(chosen),
    ...(kernel === undefined && { title: 'SYNs or SYN-ACKs were lost and sent again, first after 1 s' }),
    kernel: kernel ?? 'any',
    alternatives: [synAck],
  };
}

/** Clients that send SYNs in the newer rhythm see the older one where the server sends SYN-ACKs again. */
function decided(first: Candidate, kernel: Kernel | undefined): Signature {
  const plain = signature(first);
  if (first.template.kernel === undefined) return plain;
  if (first.template.kernel === '>=6.5') return { ...plain, kernel: '>=6.5' };
  if (kernel !== '>=6.5') return { ...plain, kernel: '<6.5', alternatives: [synAck] };
  return { ...plain, name: synAck, title: 'SYN-ACKs were lost and sent again after 1, 3, 7 s' };
}

function signature({ template, fit: { clusters, explained, slow } }: Candidate): Signature {
  return {
    name: template.name,
    title: template.title,
    share: explained / slow,
    events: Math.round(explained),
    of: Math.round(slow),
    clusters: template.times
      .map((at, step) => ({ at, count: Math.round(clusters.get(step) ?? 0) }))
      .filter(({ count }) => count > 0),
    alternatives: [],
  };
}

function none(slow: number): Signature {
  return {
    name: 'none',
    title: 'the slow attempts keep to no known timer',
    share: 0,
    events: 0,
    of: Math.round(slow),
    clusters: [],
    alternatives: [],
  };
}
