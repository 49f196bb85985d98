import * as z from 'zod';
import { Report } from './report.ts';
import { Request } from './request.ts';
import { Candidate } from './target.ts';

/** Probes under way: what they try, and how many seconds the longest takes. */
const Probing = z.strictObject({ titles: z.array(z.string()).min(1), seconds: z.number() });
export type Probing = z.infer<typeof Probing>;

/** Where an investigation stands, as its worker publishes it and others show it. */
export const Progress = z.discriminatedUnion('phase', [
  z.strictObject({ phase: z.literal('queued') }),
  z.strictObject({
    phase: z.literal('gathering'),
    report: Report,
    total: z.int(),
    probing: Probing.optional(),
  }),
  z.strictObject({ phase: z.literal('ended'), report: Report }),
  /** The name stands for several Services: a person has to say which. */
  z.strictObject({ phase: z.literal('which'), candidates: z.array(Candidate) }),
  z.strictObject({ phase: z.literal('not-found'), nearest: z.array(Candidate) }),
  z.strictObject({ phase: z.literal('failed'), why: z.string() }),
  z.strictObject({ phase: z.literal('cancelled') }),
]);
export type Progress = z.infer<typeof Progress>;

export const Investigation = z.strictObject({
  id: z.string(),
  request: Request,
  /** Unix milliseconds. */
  startedAt: z.number(),
  progress: Progress,
});
export type Investigation = z.infer<typeof Investigation>;

export function isOver<P extends Progress>(
  progress: P,
): progress is Exclude<P, { phase: 'queued' | 'gathering' }> {
  return progress.phase !== 'queued' && progress.phase !== 'gathering';
}
