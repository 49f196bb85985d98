import * as z from 'zod';
import { Change } from './change.ts';
import { Outcome } from './outcome.ts';
import { Proposal } from './proposal.ts';

/** A person, as Slack or the system knows them. */
export const Person = z.strictObject({ id: z.string(), name: z.string() });
export type Person = z.infer<typeof Person>;

/** What a server-side dry run says that a change would do. `at` is unix milliseconds. */
export const Preview = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('change'),
    at: z.number(),
    /** What the objects were like, in short: whoever approves, approves the change of these. */
    basis: z.string(),
    objects: z.array(z.string()),
    /** Lines of a unified diff, without its header. */
    diff: z.string(),
    effects: z.array(z.string()),
    /** Why it cannot be taken back as it was, where that is so. */
    lasting: z.string().optional(),
  }),
  z.strictObject({ kind: z.literal('none'), at: z.number(), why: z.string() }),
  z.strictObject({ kind: z.literal('refused'), at: z.number(), why: z.string() }),
]);
export type Preview = z.infer<typeof Preview>;

/** A person's yes to the change that a preview showed. */
const Approval = z.strictObject({
  by: Person,
  /** Unix milliseconds. */
  at: z.number(),
});

/** What netcheck does by itself it does in its own name. */
export const netcheck: Person = { id: 'netcheck', name: 'netcheck' };

/** What happened to a proposal, in words of the audit. */
export const Happening = z.enum([
  'proposed',
  'previewed',
  'approved',
  'dismissed',
  'withdrawn',
  'outdated',
  'begun',
  'applied',
  'failed',
  'lost-track',
  'verified',
  'undo-asked',
  'undone',
  'undo-failed',
]);
export type Happening = z.infer<typeof Happening>;

/** One thing that happened to a proposal. `at` is unix milliseconds. */
export const TrailEntry = z.strictObject({
  at: z.number(),
  who: Person,
  what: Happening,
  why: z.string().optional(),
});
export type TrailEntry = z.infer<typeof TrailEntry>;

const changed = {
  change: Change,
  diff: z.string(),
  /** Unix milliseconds. */
  at: z.number(),
};

/**
 * How far a change has come. What is about to be written to the cluster is stored before it is written (`applying`,
 * `undoing`), so that whoever finds it after a crash knows what to look for.
 */
export const RemediationStep = z.discriminatedUnion('step', [
  /** `note` says why it is open again. */
  z.strictObject({ step: z.literal('proposed'), note: z.string().optional() }),
  z.strictObject({ step: z.literal('dismissed'), by: Person }),
  z.strictObject({ step: z.literal('withdrawn'), why: z.string() }),
  z.strictObject({ step: z.literal('approved') }),
  z.strictObject({ step: z.literal('applying'), ...changed }),
  z.strictObject({ step: z.literal('applied'), ...changed }),
  z.strictObject({ step: z.literal('verified'), ...changed, outcome: Outcome }),
  /** Nothing was changed. What was tried is kept: a write that was thought lost may arrive after all. */
  z.strictObject({
    step: z.literal('failed'),
    why: z.string(),
    tried: z.strictObject(changed).optional(),
  }),
  /** Something may have been changed: a person has to look. */
  z.strictObject({ step: z.literal('unknown'), ...changed, why: z.string() }),
  z.strictObject({ step: z.literal('undoing'), ...changed, by: Person, outcome: Outcome.optional() }),
  z.strictObject({ step: z.literal('undone'), ...changed, by: Person, outcome: Outcome.optional() }),
  z.strictObject({
    step: z.literal('undo-failed'),
    ...changed,
    by: Person,
    outcome: Outcome.optional(),
    why: z.string(),
  }),
]);
export type RemediationStep = z.infer<typeof RemediationStep>;

export const Remediation = z.strictObject({
  proposal: Proposal,
  /** The one in whose thread it stands. */
  investigation: z.string(),
  /** The later look at the same that found the cause, where the investigation itself had not. */
  foundBy: z.string().optional(),
  requester: Person,
  /** Unix milliseconds after which nobody may approve any more. */
  expiresAt: z.number(),
  /** Grows by one with each event, which makes writing it a compare-and-set. */
  revision: z.int(),
  preview: Preview.optional(),
  /** Of the preview above; another preview takes them away. */
  approvals: z.array(Approval),
  /** What the approvers chose: take it back by itself where it does not help. */
  undoUnlessBetter: z.boolean(),
  state: RemediationStep,
  /** Everything that has happened to it, oldest first. */
  trail: z.array(TrailEntry),
});
export type Remediation = z.infer<typeof Remediation>;

/** Where nothing more comes of it by itself; an undo may still be asked for. */
export function isSettled(remediation: Remediation): boolean {
  const { step } = remediation.state;
  if (step === 'verified') return !takesItselfBack(remediation);
  return !['proposed', 'approved', 'applying', 'applied', 'undoing'].includes(step);
}

/** Whether what was looked at is now taken back without anybody asking: a trial, or what did not help. */
export function takesItselfBack({ state, proposal, undoUnlessBetter }: Remediation): boolean {
  if (state.step !== 'verified' || state.change.lasting !== undefined) return false;
  const isBetter = state.outcome.kind === 'fixed' || state.outcome.kind === 'better';
  return proposal.trial !== undefined || (undoUnlessBetter && !isBetter);
}

/** `ben and carol` */
export function approversOf({ approvals }: Remediation): string {
  return approvals.map(({ by }) => by.name).join(' and ');
}

type Done = Extract<RemediationStep, { step: 'applied' | 'verified' | 'unknown' | 'undo-failed' }>;

/** Whether there is something that could be taken back. */
export function isDone(state: RemediationStep): state is Done {
  return ['applied', 'verified', 'unknown', 'undo-failed'].includes(state.step);
}

/** Whether a person may ask for it to be taken back. */
export function isUndoable({ state }: Remediation): boolean {
  return isDone(state) && state.change.lasting === undefined;
}
