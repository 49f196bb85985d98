import type { Remediation } from '../remediation/state.ts';

/** What is changed, as `Service shop/cart`: as a dry run named it, or else what it is for. */
export function objectOf({ proposal, preview }: Remediation): string {
  const objects = preview?.kind === 'change' ? preview.objects : [];
  return objects.join(', ') || `Service ${proposal.namespace}/${proposal.service}`;
}
