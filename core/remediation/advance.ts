import type { Change } from './change.ts';
import type { Outcome } from './outcome.ts';
import {
  isDone,
  netcheck,
  type Happening,
  type Person,
  type Preview,
  type Remediation,
  type RemediationStep,
  type TrailEntry,
} from './state.ts';

/** What can happen to a proposal. */
export type RemediationEvent =
  | { readonly kind: 'previewed'; readonly preview: Preview }
  | {
      readonly kind: 'approve';
      readonly by: Person;
      /** What the preview was of that the person saw. */
      readonly basis: string;
      /** How many people have to. */
      readonly needed: number;
      readonly undoUnlessBetter: boolean;
    }
  | { readonly kind: 'dismiss'; readonly by: Person }
  | { readonly kind: 'withdraw'; readonly why: string }
  /** The objects are not any more what the preview showed. */
  | { readonly kind: 'outdated'; readonly preview: Preview; readonly note: string }
  | { readonly kind: 'begin'; readonly change: Change; readonly diff: string }
  | { readonly kind: 'applied' }
  | { readonly kind: 'fail'; readonly why: string }
  | { readonly kind: 'lose-track'; readonly why: string }
  | { readonly kind: 'verified'; readonly outcome: Outcome }
  | { readonly kind: 'undo'; readonly by: Person }
  | { readonly kind: 'undone' }
  | { readonly kind: 'undo-failed'; readonly why: string };

/** Why an event does not count. */
export type Refusal =
  | 'expired'
  | 'no-preview'
  | 'nothing-to-approve'
  | 'preview-changed'
  | 'approved-by-you'
  | 'already-dismissed'
  | 'withdrawn'
  | 'already-approved'
  | 'already-done'
  | 'already-undone'
  | 'cannot-be-undone'
  | 'not-applied';

/** What an event makes of a proposal, one revision further; or why it does not count. `at` is unix milliseconds. */
export function advance(
  remediation: Remediation,
  event: RemediationEvent,
  at: number,
): { readonly next: Remediation } | { readonly refused: Refusal } {
  const outcome = react(remediation, event, at);
  if (typeof outcome === 'string') return { refused: outcome };
  const trail = [...remediation.trail, ...happeningOf(remediation, event, at)];
  return { next: { ...remediation, ...outcome, trail, revision: remediation.revision + 1 } };
}

/** What of an event is worth remembering: a preview that shows the same once more is not. */
function happeningOf(remediation: Remediation, event: RemediationEvent, at: number): TrailEntry[] {
  if (event.kind === 'previewed' && isSame(remediation, event.preview)) return [];
  const who = 'by' in event ? event.by : netcheck;
  const why = whyOf(event);
  return [{ at, who, what: happenings[event.kind], ...(why !== undefined && { why }) }];
}

const happenings: Readonly<Record<RemediationEvent['kind'], Happening>> = {
  previewed: 'previewed',
  approve: 'approved',
  dismiss: 'dismissed',
  withdraw: 'withdrawn',
  outdated: 'outdated',
  begin: 'begun',
  applied: 'applied',
  fail: 'failed',
  'lose-track': 'lost-track',
  verified: 'verified',
  undo: 'undo-asked',
  undone: 'undone',
  'undo-failed': 'undo-failed',
};

function whyOf(event: RemediationEvent): string | undefined {
  if (event.kind === 'previewed') return event.preview.kind === 'change' ? undefined : event.preview.why;
  if (event.kind === 'outdated') return event.note;
  if (event.kind === 'verified') return `${event.outcome.kind}: ${event.outcome.reason}`;
  return 'why' in event ? event.why : undefined;
}

const noApprovals: Partial<Remediation> = { approvals: [], undoUnlessBetter: false };

type Reaction = Partial<Remediation> | Refusal;

function react(remediation: Remediation, event: RemediationEvent, at: number): Reaction {
  const { state } = remediation;
  switch (event.kind) {
    case 'previewed':
      if (state.step !== 'proposed') return refusalAt(state);
      return { preview: event.preview, ...(isSame(remediation, event.preview) ? {} : noApprovals) };
    case 'approve':
      return approve(remediation, event, at);
    case 'dismiss':
      // What is approved and not begun may still be stopped.
      return state.step === 'proposed' || state.step === 'approved'
        ? to({ step: 'dismissed', by: event.by })
        : refusalAt(state);
    case 'withdraw':
      return state.step === 'proposed' || state.step === 'approved'
        ? to({ step: 'withdrawn', why: event.why })
        : refusalAt(state);
    case 'outdated':
      return state.step === 'approved'
        ? { preview: event.preview, ...noApprovals, state: { step: 'proposed', note: event.note } }
        : refusalAt(state);
    case 'begin': {
      const { change, diff } = event;
      return state.step === 'approved' ? to({ step: 'applying', change, diff, at }) : refusalAt(state);
    }
    case 'applied':
      return applied(state);
    case 'fail':
      return fail(state, event.why);
    case 'lose-track':
      return state.step === 'applying' ? to({ ...state, step: 'unknown', why: event.why }) : refusalAt(state);
    case 'verified':
      return state.step === 'applied'
        ? to({ ...state, step: 'verified', outcome: event.outcome })
        : refusalAt(state);
    case 'undo':
      return undo(state, event.by);
    case 'undone':
      return undone(state);
    case 'undo-failed':
      return state.step === 'undoing'
        ? to({ ...state, step: 'undo-failed', why: event.why })
        : refusalAt(state);
  }
}

function to(state: RemediationStep): Partial<Remediation> {
  return { state };
}

function approve(
  { state, expiresAt, preview, approvals, undoUnlessBetter }: Remediation,
  event: Extract<RemediationEvent, { kind: 'approve' }>,
  at: number,
): Reaction {
  if (state.step !== 'proposed') return refusalAt(state);
  if (at > expiresAt) return 'expired';
  if (preview === undefined) return 'no-preview';
  if (preview.kind !== 'change') return 'nothing-to-approve';
  if (preview.basis !== event.basis) return 'preview-changed';
  if (approvals.some(({ by }) => by.id === event.by.id)) return 'approved-by-you';
  const all = [...approvals, { by: event.by, at }];
  return {
    approvals: all,
    undoUnlessBetter: undoUnlessBetter || event.undoUnlessBetter,
    ...(all.length >= event.needed && { state: { step: 'approved' } }),
  };
}

/** Also where it was thought to have failed, or nobody knew: a write may arrive late, and what is true is said. */
function applied(state: RemediationStep): Reaction {
  if (state.step === 'applying' || state.step === 'unknown') return to({ step: 'applied', ...madeBy(state) });
  if (state.step !== 'failed') return refusalAt(state);
  return state.tried === undefined ? 'already-done' : to({ step: 'applied', ...state.tried });
}

function fail(state: RemediationStep, why: string): Reaction {
  if (state.step === 'approved') return to({ step: 'failed', why });
  return state.step === 'applying' ? to({ step: 'failed', why, tried: madeBy(state) }) : refusalAt(state);
}

function undone(state: RemediationStep): Reaction {
  if (state.step !== 'undoing' && state.step !== 'undo-failed') return refusalAt(state);
  return to({ step: 'undone', by: state.by, ...madeBy(state), ...outcomeOf(state) });
}

function undo(state: RemediationStep, by: Person): Reaction {
  if (!isDone(state)) return refusalAt(state);
  if (state.change.lasting !== undefined) return 'cannot-be-undone';
  return to({ step: 'undoing', by, ...madeBy(state), ...outcomeOf(state) });
}

type Made = Pick<Extract<RemediationStep, { step: 'applying' }>, 'change' | 'diff' | 'at'>;

function madeBy({ change, diff, at }: Made): Made {
  return { change, diff, at };
}

function outcomeOf(state: RemediationStep): { outcome?: Outcome } {
  return 'outcome' in state && state.outcome !== undefined ? { outcome: state.outcome } : {};
}

/** What a person is told who comes too late, or too early. */
function refusalAt({ step }: RemediationStep): Refusal {
  switch (step) {
    case 'proposed':
      return 'not-applied';
    case 'dismissed':
      return 'already-dismissed';
    case 'withdrawn':
      return 'withdrawn';
    case 'approved':
    case 'applying':
      return 'already-approved';
    case 'applied':
    case 'verified':
    case 'failed':
    case 'unknown':
      return 'already-done';
    case 'undoing':
    case 'undone':
    case 'undo-failed':
      return 'already-undone';
  }
}

/** Whether a preview shows the same change of the same objects as the one that was there. */
function isSame({ preview }: Remediation, other: Preview): boolean {
  return (
    preview?.kind === 'change' &&
    other.kind === 'change' &&
    preview.basis === other.basis &&
    preview.diff === other.diff
  );
}
