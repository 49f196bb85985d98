import type { Preview } from '../../core/remediation/state.ts';

/** What a button of a proposal says back: opaque ids of the proposal and of the preview that stood beside the button. */
export function clickValue(proposal: string, preview: Preview | undefined): string {
  return preview?.kind === 'change' ? `${proposal}|${preview.basis}` : proposal;
}

export function readClickValue(value: string): { readonly proposal: string; readonly basis: string } {
  const [proposal = '', basis = ''] = value.split('|');
  return { proposal, basis };
}
