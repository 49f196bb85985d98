import * as z from 'zod';
import { Candidate } from './target.ts';

/** The Services of a cluster as one of its workers last listed them: bots see no cluster themselves. */
export const Directory = z.strictObject({
  /** Unix milliseconds. */
  at: z.number(),
  services: z.array(Candidate),
});
export type Directory = z.infer<typeof Directory>;

/** Older than this, in milliseconds, it does not say any more that a Service is not there. */
const freshMs = 5 * 60_000;

export function isFresh({ at }: Directory, now: number): boolean {
  return now - at < freshMs;
}
