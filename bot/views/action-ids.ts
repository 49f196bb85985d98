/** The names of buttons, as Slack says them back. */
export const actionIds = {
  chooseService: 'choose_service',
  previewProposal: 'preview_proposal',
  approveProposal: 'approve_proposal',
  approveWithUndo: 'approve_with_undo',
  dismissProposal: 'dismiss_proposal',
  undoProposal: 'undo_proposal',
  askService: 'ask_service',
  refreshHome: 'refresh_home',
  explainVerdicts: 'explain_verdicts',
  showQueries: 'show_queries',
  turnPage: 'turn_page',
  checkAgain: 'check_again',
  moreSamples: 'more_samples',
  watch: 'watch',
  exportIncident: 'export_incident',
} as const;
