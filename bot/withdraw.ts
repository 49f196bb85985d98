import type { Records } from './records.ts';

/** Takes back what an investigation proposes: nobody is to approve it any more. */
export async function withdrawProposals(records: Records, investigation: string, why: string): Promise<void> {
  for (const { proposal } of await records.remediations.of(investigation))
    await records.remediations.take(proposal.id, { kind: 'withdraw', why });
}
