import * as z from 'zod';
import { formatNames } from './format.ts';
import { Placement } from './probes.ts';

/** Why something could not be looked at. "No data" is never "zero". */
export const UnavailableReason = z.enum([
  'forbidden',
  'timed-out',
  'unreachable',
  'rejected',
  'not-found',
  'no-data',
  'crashed',
  'cancelled',
  /** Whoever installed netcheck did not allow this kind of look, or this version has none. */
  'not-enabled',
]);
export type UnavailableReason = z.infer<typeof UnavailableReason>;

export const Unavailable = z.strictObject({ reason: UnavailableReason, detail: z.string() });
export type Unavailable = z.infer<typeof Unavailable>;

/** `[unix seconds, value]` */
const Point = z.tuple([z.number(), z.number()]);

/** One time series of a PromQL answer. An instant query gives one point a series. */
export const Series = z.strictObject({
  labels: z.record(z.string(), z.string()),
  points: z.array(Point),
});
export type Series = z.infer<typeof Series>;

/** One attempt of a probe. */
export const Attempt = z.strictObject({
  /** Counts the attempts of one arm from 0; with `from`, its label `client` and `to` it says which attempt this was. */
  n: z.int(),
  from: Placement,
  /** What was tried: an address, a name, a rung of a ladder. */
  to: z.string(),
  ok: z.boolean(),
  /** Seconds from the start until it succeeded or failed. */
  seconds: z.number(),
  /** Why it failed: an errno, a TLS alert, `timeout`, `closed`. */
  error: z.string().optional(),
  /** What else tells attempts apart: `client`, `node`, `backend`, `rung`, `source_port`. */
  labels: z.record(z.string(), z.string()).optional(),
});
export type Attempt = z.infer<typeof Attempt>;

/** What a cluster look-up found: named numbers, texts, flags and lists of texts. */
export const LookupFacts = z.record(
  z.string(),
  z.union([z.number(), z.string(), z.boolean(), z.array(z.string())]),
);
export type LookupFacts = z.infer<typeof LookupFacts>;

/** Unix seconds. */
export const Window = z.strictObject({ from: z.number(), to: z.number() });
export type Window = z.infer<typeof Window>;

/** What is to be looked at: parameters are filled in, so the same request always means the same look. */
export const EvidenceRequest = z.discriminatedUnion('source', [
  z.strictObject({
    source: z.literal('promql'),
    id: z.string(),
    title: z.string(),
    query: z.string(),
    window: Window,
    /** Seconds between points; an instant query at the window's end has none. */
    step: z.number().optional(),
    /** What the values are counted in. */
    unit: z.enum(formatNames).default('number'),
    /** Where it begins to hurt, in that unit. */
    threshold: z.number().optional(),
  }),
  z.strictObject({
    source: z.literal('cluster'),
    id: z.string(),
    title: z.string(),
    lookup: z.string(),
    params: z.record(z.string(), z.string()),
  }),
  z.strictObject({
    source: z.literal('probe'),
    id: z.string(),
    title: z.string(),
    probe: z.string(),
    params: z.record(z.string(), z.string()),
    /** Where it runs from: the arms of a comparison, side by side in time. */
    from: z.array(Placement).min(1),
    /** Attempts of each arm, counted from `first`. */
    attempts: z.int().min(1),
    first: z.int().default(0),
  }),
]);
export type EvidenceRequest = z.infer<typeof EvidenceRequest>;

/** An arm of a comparison that could not be run, while others could. */
export const Unseen = z.strictObject({ from: Placement, why: Unavailable });
export type Unseen = z.infer<typeof Unseen>;

export const Observation = z.discriminatedUnion('status', [
  z.strictObject({
    status: z.literal('observed'),
    /** Points read, objects looked at, or attempts made. */
    samples: z.number(),
    series: z.array(Series).optional(),
    facts: LookupFacts.optional(),
    attempts: z.array(Attempt).optional(),
    unseen: z.array(Unseen).optional(),
  }),
  z.strictObject({ status: z.literal('unavailable'), why: Unavailable }),
]);
export type Observation = z.infer<typeof Observation>;

export const Evidence = z.strictObject({
  request: EvidenceRequest,
  observation: Observation,
  /** Where a person can look at the same thing. */
  link: z.string().optional(),
  /** How long the look took, in milliseconds. */
  tookMs: z.number(),
});
export type Evidence = z.infer<typeof Evidence>;

export function unavailable(reason: UnavailableReason, detail: string): Observation {
  return { status: 'unavailable', why: { reason, detail } };
}
