import type { Part } from '../../core/health.ts';
import { marks } from './marks.ts';
import { bold, code, line, link, sayElapsed, sayTime } from './text.ts';

/** What netcheck does and how it is, in lines of mrkdwn, each far shorter than a section may be. */

export interface ListedInvestigation {
  readonly id: string;
  readonly headline: string;
  readonly isOpen: boolean;
  /** Milliseconds since it was asked for. */
  readonly ageMs: number;
  /** Where the message is that reports it. */
  readonly permalink?: string;
}

/** A change that somebody may still say yes to. */
export interface WaitingApproval {
  readonly summary: string;
  readonly service: string;
  /** Unix milliseconds. */
  readonly expiresAt: number;
  readonly permalink?: string;
}

export interface Overview {
  readonly cluster: string;
  /** Of when this is, in unix milliseconds. */
  readonly now: number;
  /** Newest first. */
  readonly investigations: readonly ListedInvestigation[];
  /** How many more of the latest this person may not see. */
  readonly hidden: number;
  readonly approvals: readonly WaitingApproval[];
  readonly parts: readonly Part[];
  /** `why` only for those who may know of that investigation. */
  readonly lastError?: { readonly at: number; readonly why?: string };
}

const mostApprovals = 10;

/** Those that are well in one line, and each that is not in its own. */
export function partLines(parts: readonly Part[], now: number): string[] {
  const well = parts.filter(({ isWell }) => isWell);
  const ill = parts.filter(({ isWell }) => !isWell);
  const goodLine = well.map((part) => `${marks.confirmed} ${line(part.name, 60)}${sinceOf(part, now)}`);
  return [
    ...ill.map(
      ({ name, says = '', since }) =>
        `${marks.eliminated} ${bold(name, 60)}: ${line(says, 400)}${since === undefined ? '' : ` for ${sayElapsed(now - since)}`}`,
    ),
    ...(goodLine.length === 0 ? [] : [goodLine.join(' · ')]),
  ];
}

function sinceOf({ since }: Part, now: number): string {
  return since === undefined ? '' : ` (${sayElapsed(now - since)})`;
}

export function errorLines({ lastError, now }: Overview): string[] {
  if (lastError === undefined) return [];
  const { at, why } = lastError;
  const ago = `${sayElapsed(now - at)} ago`;
  return [
    why === undefined
      ? `Last error: ${ago}, in an investigation that you may not see`
      : `Last error: ${ago}, ${line(why, 400)}`,
  ];
}

export function approvalLines({ approvals }: Overview): string[] {
  if (approvals.length === 0) return [];
  const left = approvals.length - mostApprovals;
  return [
    bold('Waiting for approval'),
    ...approvals.slice(0, mostApprovals).map(({ summary, service, expiresAt, permalink }) => {
      const where = permalink === undefined ? '' : ` · ${link(permalink, 'open')}`;
      return `• ${line(service, 160)}: ${line(summary, 260)} · until ${sayTime(expiresAt)}${where}`;
    }),
    ...(left > 0 ? [`… and ${left} more`] : []),
  ];
}

export function investigationLines({ investigations, hidden }: Overview): string[] {
  const list = (title: string, some: readonly ListedInvestigation[]): string[] =>
    some.length === 0 ? [] : [bold(title), ...some.map(investigationLine)];
  return [
    ...list(
      'Open',
      investigations.filter(({ isOpen }) => isOpen),
    ),
    ...list(
      'Recent',
      investigations.filter(({ isOpen }) => !isOpen),
    ),
    ...(hidden > 0 ? [`… and ${hidden} more in channels that are not public`] : []),
  ];
}

function investigationLine({ id, headline, ageMs, permalink }: ListedInvestigation): string {
  const where = permalink === undefined ? '' : ` · ${link(permalink, 'open')}`;
  return `• ${code(id)} ${line(headline, 260)} · ${sayElapsed(ageMs)} ago${where}`;
}
