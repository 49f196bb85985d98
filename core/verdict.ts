import * as z from 'zod';

export const VerdictStatus = z.enum(['confirmed', 'eliminated', 'standing', 'unchecked', 'conflict']);
export type VerdictStatus = z.infer<typeof VerdictStatus>;

/** What became of one hypothesis, and the one line that says why. */
export const Verdict = z.strictObject({
  cause: z.string(),
  title: z.string(),
  status: VerdictStatus,
  /** One sentence with the numbers that decided. */
  reason: z.string(),
  /** Which node, pod, Service or port did it; only of a confirmed cause. */
  culprit: z.string().optional(),
  /** Ids of the evidence that the rules of this cause read. */
  evidence: z.array(z.string()),
});
export type Verdict = z.infer<typeof Verdict>;

/** How a verdict is said in words. */
export const spoken: Readonly<Record<VerdictStatus, string>> = {
  confirmed: 'confirmed',
  eliminated: 'ruled out',
  standing: 'not ruled out',
  unchecked: 'not checked',
  conflict: 'contradictory',
};
