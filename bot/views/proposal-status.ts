import type { Refusal } from '../../core/remediation/advance.ts';
import { approversOf, type Remediation } from '../../core/remediation/state.ts';
import { sayTime } from './text.ts';

/** Why a click did not count, to the person who clicked; not escaped. */
export function refusalText(
  refusal: Refusal | 'unknown' | 'not-allowed' | 'own-request' | 'cannot-tell',
  remediation: Remediation | undefined,
): string {
  const state = remediation?.state;
  const by = state !== undefined && 'by' in state ? ` by ${state.by.name}` : '';
  switch (refusal) {
    case 'unknown':
      return 'netcheck does not know this proposal any more. Run /netcheck again for a fresh one.';
    case 'not-allowed':
      return 'You may not decide on this change here. Ask one of its approvers.';
    case 'own-request':
      return 'You asked for this investigation, so somebody else has to approve the change.';
    case 'cannot-tell':
      return 'Slack does not say just now whether you may approve, so nothing was decided. Click again in a minute.';
    case 'expired':
      return `Too late: this proposal could be approved until ${sayTime(remediation?.expiresAt ?? 0)}. Run /netcheck again for a fresh one.`;
    case 'no-preview':
      return 'There is no dry run of this change yet, so there is nothing to approve. Click Preview.';
    case 'nothing-to-approve':
      return 'The dry run found nothing that could be changed; the message says why.';
    case 'preview-changed':
      return 'The change is not any more what you saw, so your approval was not counted. Look at the message again.';
    case 'approved-by-you':
      return 'You approved it already; somebody else has to as well.';
    case 'already-dismissed':
      return `This proposal was dismissed already${by}.`;
    case 'withdrawn':
      return 'This proposal was withdrawn; nothing was changed.';
    case 'already-approved':
      return `This proposal was approved already by ${remediation === undefined ? 'somebody' : approversOf(remediation)} and is being applied.`;
    case 'already-done':
      return 'This proposal is done already; the message says what came of it.';
    case 'already-undone':
      return `It is taken back already, or just now${by}.`;
    case 'cannot-be-undone':
      return 'This change cannot be undone; the message says why.';
    case 'not-applied':
      return 'It was not applied yet, so there is nothing to undo.';
  }
}
