import type { KnownBlock } from '@slack/types';
import type { ApprovalPolicy, Outcome, Refusal, Remediation } from '../../core/remediation-state.ts';
import { remediations } from '../../core/remediations.ts';
import { actionIds } from './action-ids.ts';
import { actions, context, section, type Message } from './message.ts';
import { bold, code, codeBlock, escape, fallback, line, sayTime } from './text.ts';

/** What the state alone does not say: when it was approved, and whether nobody has carried it out for too long. */
export interface Approval {
  /** Unix milliseconds. */
  readonly at: number;
  readonly silent: boolean;
  readonly cluster: string;
}

/** A change that a person may approve, or what became of it. Buttons exist only while a click would count. */
export function proposalMessage(
  remediation: Remediation,
  policy: ApprovalPolicy,
  approval?: Approval,
): Message {
  const { proposal, state } = remediation;
  const { title } = remediations[proposal.remediation];
  const status = statusOf(remediation, approval);
  return {
    text: fallback(`${status ?? 'Proposed change'}: ${title}. ${proposal.summary}`),
    blocks: [
      section(
        [
          bold(`${status === undefined ? 'Proposed change: ' : ''}${title}`),
          line(proposal.summary, 900),
          `On Service ${code(`${proposal.namespace}/${proposal.service}`)}: ${paramsOf(remediation)}`,
          `Risk: ${line(proposal.risk, 600)}`,
          `Worked if: ${line(proposal.workedIf, 400)}`,
        ].join('\n'),
      ),
      ...(state.step === 'proposed' ? buttons(remediation) : []),
      ...('diff' in state ? [section(codeBlock(state.diff, 2500))] : []),
      context(status === undefined ? invitation(remediation, policy) : line(status, 900)),
    ],
  };
}

function paramsOf({ proposal }: Remediation): string {
  const params = Object.entries(proposal.params);
  return params
    .slice(0, 5)
    .map(([name, value]) => `${line(name.replaceAll('_', ' '), 40)} → ${code(value, 160)}`)
    .join(', ');
}

function invitation({ requester, expiresAt }: Remediation, policy: ApprovalPolicy): string {
  const who = policy === 'anyone' ? 'Anyone here' : `Anyone here but ${line(requester.name, 80)}, who asked,`;
  return `${who} may approve until ${sayTime(expiresAt)}`;
}

function statusOf({ state }: Remediation, approval: Approval | undefined): string | undefined {
  const when = approval === undefined ? '' : ` at ${sayTime(approval.at)}`;
  const silence =
    approval?.silent === true ? `, but no remediator of cluster ${approval.cluster} answers` : '';
  switch (state.step) {
    case 'proposed':
      return undefined;
    case 'dismissed':
      return `Dismissed by ${state.by.name}${when}`;
    case 'approved':
      return `Approved by ${state.by.name}${when}, applying${silence}`;
    case 'applied':
      return `Approved by ${state.by.name}${when}, applied, checking again${silence}`;
    case 'verified':
      return `Approved by ${state.by.name}${when}, applied: ${sayOutcome(state.outcome)}`;
    case 'failed':
      return `Approved by ${state.by.name}${when}, failed: ${state.why}`;
  }
}

function sayOutcome({ kind, reason }: Outcome): string {
  const words = { fixed: 'fixed', 'not-fixed': 'not fixed', 'cannot-tell': 'cannot tell' } as const;
  return `${words[kind]}: ${reason}`;
}

/** The value is an opaque id: whatever a button says is decided anew from what is stored. */
function buttons({ proposal }: Remediation): KnownBlock[] {
  const value = proposal.id;
  const label = (text: string) => ({ type: 'plain_text', text }) as const;
  const { title } = remediations[proposal.remediation];
  return [
    actions([
      { type: 'button', action_id: actionIds.previewProposal, text: label('Preview'), value },
      {
        type: 'button',
        action_id: actionIds.approveProposal,
        text: label('Approve'),
        style: 'primary',
        value,
        confirm: {
          title: label('Change the cluster?'),
          text: label(
            escape(`${title} of ${proposal.namespace}/${proposal.service}. ${proposal.summary}`, 290),
          ),
          confirm: label('Approve'),
          deny: label('Not now'),
          style: 'danger',
        },
      },
      { type: 'button', action_id: actionIds.dismissProposal, text: label('Dismiss'), value },
    ]),
  ];
}

/** Why a click did not count, to the person who clicked; not escaped. */
export function refusalText(refusal: Refusal, remediation: Remediation): string {
  const { state } = remediation;
  const by = 'by' in state ? ` by ${state.by.name}` : '';
  switch (refusal) {
    case 'expired':
      return `Too late: this proposal could be approved until ${sayTime(remediation.expiresAt)}. Run /netcheck again for a fresh one.`;
    case 'own-request':
      return 'You asked for this investigation, so somebody else has to approve the change (NETCHECK_APPROVAL=not-requester).';
    case 'already-dismissed':
      return `This proposal was dismissed already${by}.`;
    case 'already-approved':
      return `This proposal was approved already${by} and is being applied.`;
    case 'already-done':
      return `This proposal was approved${by} and is done already.`;
  }
}
