import { commandsOf, undoCommandsOf } from '../remediation/commands.ts';
import { titleOf, type Proposal } from '../remediation/proposal.ts';
import { sayCompared } from '../remediation/say-outcome.ts';
import { sayProposalStatus } from '../remediation/say-status.ts';
import type { Remediation } from '../remediation/state.ts';
import type { Incident } from './incident.ts';
import { fence, heading, list, words } from './markdown.ts';
import { objectOf } from './object.ts';

/** What was proposed, who decided what about it, what was changed and what came of that. */
export function actionsSection({ report, remediations, cluster = '' }: Incident): string[] {
  const known = new Set(remediations.map(({ proposal }) => proposal.id));
  const unknown = report.proposals.filter(({ id }) => !known.has(id));
  if (remediations.length + unknown.length === 0) return ['No change was proposed.'];
  return [
    ...remediations.flatMap((one) => decided(one, cluster)),
    ...unknown.flatMap((proposal) => [
      heading(3, words(titleOf(proposal))),
      list([...about(proposal), 'Decided: not here. These are the commands to do it by hand']),
      ...commands(proposal),
    ]),
  ];
}

function about({ summary, why, cause, risk }: Proposal): string[] {
  return [`What: ${words(summary)}`, `Why: ${words(why)} (${words(cause)})`, `Risk: ${words(risk)}`];
}

function commands(proposal: Proposal): string[] {
  const undo = undoCommandsOf(proposal);
  return [
    fence(commandsOf(proposal).join('\n'), 'sh'),
    ...(undo.length === 0 ? [] : ['To take it back:', fence(undo.join('\n'), 'sh')]),
  ];
}

function decided(remediation: Remediation, cluster: string): string[] {
  const { proposal, state } = remediation;
  const outcome = 'outcome' in state ? state.outcome : undefined;
  const status = sayProposalStatus(remediation, { silent: false, cluster }) ?? 'Nobody has decided on it';
  const diff = diffOf(remediation);
  return [
    heading(3, words(titleOf(proposal))),
    list([
      `Object: ${words(objectOf(remediation))}`,
      ...about(proposal),
      `Outcome: ${words(status)}`,
      ...sayCompared(outcome?.compared ?? []).map((one) => `Before → after: ${words(one)}`),
      ...(outcome?.sideEffects ?? []).map((one) => `New since the change: ${words(one)}`),
      ...undoOf(remediation),
    ]),
    ...(diff === undefined ? [] : [fence(diff, 'diff')]),
  ];
}

function diffOf({ state, preview }: Remediation): string | undefined {
  if ('diff' in state) return state.diff;
  if (state.step === 'failed' && state.tried !== undefined) return state.tried.diff;
  return preview?.kind === 'change' ? preview.diff : undefined;
}

/** Said while there is something to take back; what was taken back says so itself. */
function undoOf({ state }: Remediation): string[] {
  switch (state.step) {
    case 'applied':
    case 'verified':
    case 'unknown':
    case 'undo-failed': {
      const { lasting } = state.change;
      return [
        lasting === undefined
          ? 'Undo: possible, with the button under the change in Slack'
          : `Undo: not possible: ${words(lasting)}`,
      ];
    }
    case 'proposed':
    case 'dismissed':
    case 'withdrawn':
    case 'approved':
    case 'applying':
    case 'failed':
    case 'undoing':
    case 'undone':
      return [];
  }
}
