/** The names of buttons, as Slack says them back. */
export const actionIds = {
  chooseService: 'choose_service',
  previewProposal: 'preview_proposal',
  approveProposal: 'approve_proposal',
  dismissProposal: 'dismiss_proposal',
} as const;
