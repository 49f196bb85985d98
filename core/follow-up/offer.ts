import type { Proposal } from '../remediation/proposal.ts';
import type { Remediation } from '../remediation/state.ts';

/** Of what a later look proposes, the changes that are not offered already. */
export function notYetOffered(
  proposals: readonly Proposal[],
  offered: readonly Proposal[],
): readonly Proposal[] {
  return proposals.filter((one) => !offered.some((other) => isSameChange(one, other)));
}

/** Those that people still have before them or have decided on: not those that nobody approved in time. `now` is unix milliseconds. */
export function stillOffered(remediations: readonly Remediation[], now: number): readonly Proposal[] {
  return remediations.filter((one) => !hasLapsed(one, now)).map(({ proposal }) => proposal);
}

function hasLapsed({ state, expiresAt }: Remediation, now: number): boolean {
  return state.step === 'withdrawn' || (state.step === 'proposed' && expiresAt <= now);
}

function isSameChange(one: Proposal, other: Proposal): boolean {
  return changeOf(one) === changeOf(other);
}

function changeOf({ cause, remediation, namespace, service, params, trial }: Proposal): string {
  const inOrder = Object.entries(params).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([cause, remediation, namespace, service, inOrder, trial !== undefined]);
}
