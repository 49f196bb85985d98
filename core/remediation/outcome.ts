import * as z from 'zod';

/** The failures of one arm of a probe, as counts. */
const Counted = z.strictObject({ failed: z.int(), of: z.int() });
export type Counted = z.infer<typeof Counted>;

/** The same look before a change and after it. */
export const Compared = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('attempts'),
    title: z.string(),
    /** From where, as `pod`. */
    from: z.string(),
    before: Counted,
    after: Counted,
  }),
  z.strictObject({
    kind: z.literal('number'),
    title: z.string(),
    unit: z.string(),
    before: z.number(),
    after: z.number(),
  }),
]);
export type Compared = z.infer<typeof Compared>;

/** What came of a change, by the looks that had confirmed the cause, made again. */
export const Outcome = z.strictObject({
  kind: z.enum(['fixed', 'better', 'unchanged', 'worse', 'cannot-tell']),
  reason: z.string(),
  compared: z.array(Compared).default([]),
  /** Other causes that are confirmed now and were not before. */
  sideEffects: z.array(z.string()).default([]),
});
export type Outcome = z.infer<typeof Outcome>;
