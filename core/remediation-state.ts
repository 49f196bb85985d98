import * as z from 'zod';
import { Proposal } from './remediations.ts';

/** A person, as Slack or the system knows them. */
export const Person = z.strictObject({ id: z.string(), name: z.string() });
export type Person = z.infer<typeof Person>;

/** What a server-side dry run says that a change would do. */
export const Preview = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('change'),
    object: z.string(),
    /** Lines of a unified diff, without its header. */
    diff: z.string(),
  }),
  z.strictObject({ kind: z.literal('none'), why: z.string() }),
  z.strictObject({ kind: z.literal('refused'), why: z.string() }),
]);
export type Preview = z.infer<typeof Preview>;

export const Outcome = z.strictObject({
  kind: z.enum(['fixed', 'not-fixed', 'cannot-tell']),
  reason: z.string(),
});
export type Outcome = z.infer<typeof Outcome>;

/** The life of a proposal. It only moves forward; each step is written by compare-and-set. */
export const RemediationStep = z.discriminatedUnion('step', [
  z.strictObject({ step: z.literal('proposed') }),
  z.strictObject({ step: z.literal('dismissed'), by: Person }),
  z.strictObject({ step: z.literal('approved'), by: Person }),
  z.strictObject({ step: z.literal('applied'), by: Person, diff: z.string() }),
  z.strictObject({ step: z.literal('verified'), by: Person, diff: z.string(), outcome: Outcome }),
  z.strictObject({ step: z.literal('failed'), by: Person, why: z.string() }),
]);
export type RemediationStep = z.infer<typeof RemediationStep>;

export const Remediation = z.strictObject({
  proposal: Proposal,
  investigation: z.string(),
  requester: Person,
  /** Unix milliseconds after which nobody may approve any more. */
  expiresAt: z.number(),
  state: RemediationStep,
});
export type Remediation = z.infer<typeof Remediation>;

/** Who may approve: anyone who sees the button, or anyone but the person who asked. */
export type ApprovalPolicy = 'anyone' | 'not-requester';

export type Refusal = 'expired' | 'own-request' | 'already-dismissed' | 'already-approved' | 'already-done';

/** Whether a click on Approve or Dismiss still counts, and if not, why. `now` is unix milliseconds. */
export function refusalOf(
  { state, expiresAt, requester }: Remediation,
  click: { readonly action: 'approve' | 'dismiss'; readonly by: Person; readonly now: number },
  policy: ApprovalPolicy,
): Refusal | undefined {
  switch (state.step) {
    case 'dismissed':
      return 'already-dismissed';
    case 'approved':
      return 'already-approved';
    case 'applied':
    case 'verified':
    case 'failed':
      return 'already-done';
    case 'proposed':
      if (click.action === 'dismiss') return undefined;
      if (click.now > expiresAt) return 'expired';
      return policy === 'not-requester' && click.by.id === requester.id ? 'own-request' : undefined;
  }
}

/** Further along is a higher rank, so that a late writer never takes a proposal back. */
export function rankOf({ state }: Remediation): number {
  return { proposed: 0, dismissed: 1, approved: 1, applied: 2, verified: 3, failed: 3 }[state.step];
}
