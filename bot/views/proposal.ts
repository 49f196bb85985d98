import type { Button, KnownBlock } from '@slack/types';
import { commandsOf } from '../../core/remediation/commands.ts';
import { titleOf, type Proposal } from '../../core/remediation/proposal.ts';
import { sayCompared } from '../../core/remediation/say-outcome.ts';
import { sayProposalStatus } from '../../core/remediation/say-status.ts';
import { isUndoable, netcheck, type Preview, type Remediation } from '../../core/remediation/state.ts';
import { actionIds } from './action-ids.ts';
import { clickValue } from './click-value.ts';
import { actions, context, section, type Message } from './message.ts';
import { bold, code, codeBlock, escape, fallback, line, sayTime } from './text.ts';

const diffLimit = 2000;

/** What the state alone does not say. */
export interface Surroundings {
  /** `Anyone here but alice, who asked, may approve` */
  readonly whoMay: string;
  /** Nobody has carried out for too long what was approved. */
  readonly silent: boolean;
  readonly cluster: string;
}

/** A change that a person may approve, or what became of it. Buttons exist only while a click would count. */
export function proposalMessage(remediation: Remediation, around: Surroundings): Message {
  const { proposal, state, preview } = remediation;
  const status = sayProposalStatus(remediation, around);
  const isOpen = state.step === 'proposed';
  const diff = 'diff' in state ? state.diff : preview?.kind === 'change' ? preview.diff : undefined;
  return {
    text: fallback(`${(status ?? 'Proposed').replace(/\.$/, '')}: ${titleOf(proposal)}. ${proposal.summary}`),
    blocks: [
      section(headOf(proposal, isOpen)),
      ...(isOpen && state.note !== undefined ? [section(`● ${line(state.note, 600)}`)] : []),
      ...(diff === undefined ? [] : [section(codeBlock(diff, diffLimit))]),
      ...(isOpen && escape(diff ?? '', Infinity).length > diffLimit - 8
        ? [context('This is not all of it: Preview shows the whole change.')]
        : []),
      ...(isOpen ? [section(previewLines(preview, around.cluster))] : []),
      ...comparedSection(remediation),
      ...(isOpen ? [buttons(remediation)] : []),
      ...(isUndoable(remediation) ? [undoButton(proposal)] : []),
      statusBlock(status, remediation, around),
      ...trailOf(remediation),
    ],
  };
}

/** The same where netcheck may change nothing: the commands for a person. */
export function byHandMessage(proposal: Proposal): Message {
  return {
    text: fallback(`By hand: ${titleOf(proposal)}. ${proposal.summary}`),
    blocks: [
      section(headOf(proposal, true)),
      section(codeBlock(commandsOf(proposal).join('\n'), 2900)),
      context('netcheck does not do this itself. These are the commands to run by hand.'),
    ],
  };
}

function headOf(proposal: Proposal, isOpen: boolean): string {
  const { trial } = proposal;
  return [
    bold(`${isOpen ? 'Proposed change: ' : ''}${titleOf(proposal)}`),
    line(proposal.summary, 700),
    `Why: ${line(proposal.why, 500)}`,
    `For ${code(`${proposal.namespace}/${proposal.service}`)}: ${paramsOf(proposal)}`,
    `Risk: ${line(proposal.risk, 500)}`,
    ...(trial === undefined
      ? [`Worked if: ${line(proposal.workedIf, 300)}`]
      : trial.expected
          .slice(0, 4)
          .map(({ cause, then }) => `If it is ${code(cause, 80)}: ${line(then, 160)}`)),
  ].join('\n');
}

function paramsOf({ params, remediation }: Proposal): string {
  if (remediation === 'manual') return 'by hand';
  return Object.entries(params)
    .slice(0, 6)
    .map(([name, value]) => `${line(name.replaceAll('_', ' '), 40)} → ${code(value, 120)}`)
    .join(', ');
}

/** What the dry run said would happen besides, or why there is nothing to approve yet. */
function previewLines(preview: Preview | undefined, cluster: string): string {
  switch (preview?.kind) {
    case undefined:
      return `No remediator of cluster ${code(cluster)} has answered with a dry run, so there is nothing to approve yet. Preview asks again.`;
    case 'none':
      return `Nothing would change: ${line(preview.why, 800)}`;
    case 'refused':
      return `✗ Not possible: ${line(preview.why, 1200)}`;
    case 'change':
      return [
        `Changes ${listOf(preview.objects, 4)}.`,
        ...preview.effects.slice(0, 6).map((effect) => `• ${line(effect, 300)}`),
        preview.lasting === undefined
          ? 'It can be undone here.'
          : `It cannot be undone: ${line(preview.lasting, 300)}`,
      ].join('\n');
  }
}

function listOf(names: readonly string[], most: number): string {
  const shown = names.slice(0, most).map((one) => code(one, 120));
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

function comparedSection({ state }: Remediation): KnownBlock[] {
  const outcome = 'outcome' in state ? state.outcome : undefined;
  if (outcome === undefined) return [];
  const lines = [
    ...sayCompared(outcome.compared).map((one) => `• ${line(one, 400)}`),
    ...outcome.sideEffects.map((one) => `✗ New since the change: ${line(one, 400)}`),
  ];
  return lines.length === 0 ? [] : [section(lines.slice(0, 7).join('\n'))];
}

/** What came of it is what people look for; on its way there it is said in small. */
function statusBlock(status: string | undefined, remediation: Remediation, around: Surroundings): KnownBlock {
  if (status === undefined) return context(invitation(remediation, around));
  const isOutcome = ['verified', 'failed', 'unknown', 'undo-failed'].includes(remediation.state.step);
  return isOutcome ? section(line(status, 1200)) : context(line(status, 1200));
}

function invitation({ expiresAt, proposal }: Remediation, { whoMay }: Surroundings): string {
  if (proposal.remediation === 'manual') return 'netcheck must not do this itself.';
  return line(nobodyMay(whoMay) ? whoMay : `${whoMay} until ${sayTime(expiresAt)}`, 400);
}

/** The policy leaves no one: then there is nothing to wait for. */
function nobodyMay(whoMay: string): boolean {
  return whoMay.startsWith('Nobody');
}

/** The value is an opaque id: whatever a button says is decided anew from what is stored. */
function buttons({ proposal, preview }: Remediation): KnownBlock {
  const value = clickValue(proposal.id, preview);
  const approvable = preview?.kind === 'change';
  const undoable = approvable && preview.lasting === undefined && proposal.trial === undefined;
  const confirm = {
    title: label('Change the cluster?'),
    text: label(
      escape(`${titleOf(proposal)} for ${proposal.namespace}/${proposal.service}. ${proposal.summary}`, 290),
    ),
    confirm: label('Approve'),
    deny: label('Not now'),
    style: 'danger' as const,
  };
  const button = (action_id: string, text: string, more: Partial<Button> = {}): Button => ({
    type: 'button',
    action_id,
    text: label(text),
    value,
    ...more,
  });
  return actions([
    button(actionIds.previewProposal, 'Preview'),
    ...(approvable ? [button(actionIds.approveProposal, 'Approve', { style: 'primary', confirm })] : []),
    ...(undoable ? [button(actionIds.approveWithUndo, 'Approve, undo unless better', { confirm })] : []),
    button(actionIds.dismissProposal, 'Dismiss'),
  ]);
}

function undoButton({ id }: Proposal): KnownBlock {
  const confirm = {
    title: label('Take it back?'),
    text: label(
      'The fields that were changed get their old values. Pods that the change restarted restart once more, and pods that were moved stay where they are.',
    ),
    confirm: label('Undo'),
    deny: label('Keep it'),
  };
  return actions([
    { type: 'button', action_id: actionIds.undoProposal, text: label('Undo'), value: id, confirm },
  ]);
}

/** One line that says who did what when, once somebody did something; it pings nobody. */
function trailOf({ trail }: Remediation): KnownBlock[] {
  if (trail.every(({ who }) => who.id === netcheck.id)) return [];
  const said = trail
    .slice(-8)
    .map(({ at, who, what }) => `${sayTime(at).slice(0, 5)} ${what.replace('-', ' ')} by ${who.name}`)
    .join(' · ');
  return [context(line(said, 1200))];
}

function label(text: string): { type: 'plain_text'; text: string } {
  return { type: 'plain_text', text };
}
