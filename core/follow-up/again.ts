import * as z from 'zod';
import { Effort } from '../effort.ts';
import type { Evidence } from '../evidence.ts';
import { Person } from '../remediation/state.ts';
import type { Report } from '../report.ts';
import type { Verdict } from '../verdict.ts';

/** An investigation that looks at the target of an earlier one again. */
export const Run = z.strictObject({
  id: z.string(),
  by: Person,
  /** Unix milliseconds. */
  at: z.number(),
  only: z.array(z.string()),
  effort: Effort.optional(),
});
export type Run = z.infer<typeof Run>;

/** The causes that are worth another look: those that are not ruled out, or all where none is left. */
export function worthAnotherLook({ hypotheses }: Report): readonly string[] {
  const left = hypotheses.filter(({ status }) => status !== 'eliminated');
  return causesOf(left.length > 0 ? left : hypotheses);
}

/** The causes that attempts were made for and that are neither proven nor ruled out: more attempts may settle them. */
export function leftUnproven(report: Report, evidence: ReadonlyMap<string, Evidence>): readonly string[] {
  const isTried = ({ evidence: ids }: Verdict): boolean =>
    ids.some((id) => {
      const seen = evidence.get(id)?.observation;
      return seen?.status === 'observed' && (seen.attempts?.length ?? 0) > 0;
    });
  const open = report.hypotheses.filter(({ status }) =>
    ['standing', 'unchecked', 'conflict'].includes(status),
  );
  return causesOf(open.filter(isTried));
}

function causesOf(verdicts: readonly Verdict[]): readonly string[] {
  return verdicts.map(({ cause }) => cause);
}
