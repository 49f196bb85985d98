import * as z from 'zod';
import type { Verdict } from './verdict.ts';

const ConclusionKind = z.enum(['cause-found', 'narrowed', 'not-the-network', 'inconclusive']);

export const Conclusion = z.strictObject({
  kind: ConclusionKind,
  /** Ids of the causes: confirmed ones, or where none is, those that still stand. */
  causes: z.array(z.string()),
  summary: z.string(),
});
export type Conclusion = z.infer<typeof Conclusion>;

/** A verdict, and whether its cause is one of the network or only looks like it. */
export interface Judged {
  readonly verdict: Verdict;
  readonly network: boolean;
}

/** What the verdicts amount to, in plain words for the person on call. */
export function conclude(judged: readonly Judged[]): Conclusion {
  const having = (status: Verdict['status']): Judged[] =>
    judged.filter(({ verdict }) => verdict.status === status);
  const confirmed = having('confirmed');
  const standing = [...having('standing'), ...having('conflict')];
  const unchecked = having('unchecked');
  const networkLeft = [...standing, ...unchecked].filter(({ network }) => network);

  if (confirmed.some(({ network }) => network)) return found(confirmed, networkLeft.length);
  if (networkLeft.length === 0 && judged.some(({ network }) => network))
    return notTheNetwork(confirmed, judged, standing.concat(unchecked));
  if (confirmed.length > 0) return found(confirmed, networkLeft.length);
  if (standing.length > 0) return narrowed(standing, unchecked);
  return inconclusive(unchecked, judged);
}

function found(confirmed: readonly Judged[], left: number): Conclusion {
  const [first, ...others] = [...confirmed]
    .sort((a, b) => Number(b.network) - Number(a.network))
    .map(({ verdict }) => verdict);
  const culprit = first?.culprit === undefined ? '' : ` (${first.culprit})`;
  const also = others.length === 0 ? '' : ` Also: ${others.map(({ title }) => title).join('; ')}.`;
  const rest = left === 0 ? '' : ` ${left} other ${left === 1 ? 'cause is' : 'causes are'} not ruled out.`;
  return {
    kind: 'cause-found',
    causes: confirmed.map(({ verdict }) => verdict.cause),
    summary: `${first?.title ?? ''}${culprit}. ${first?.reason ?? ''}${also}${rest}`,
  };
}

function notTheNetwork(
  confirmed: readonly Judged[],
  judged: readonly Judged[],
  left: readonly Judged[],
): Conclusion {
  const eliminated = judged.filter(({ network }) => network).length;
  const ruledOut =
    eliminated === 1
      ? 'the only network cause is ruled out'
      : `all ${eliminated} network causes are ruled out`;
  const [first] = confirmed.map(({ verdict }) => verdict);
  if (first !== undefined) {
    const culprit = first.culprit === undefined ? '' : ` (${first.culprit})`;
    return {
      kind: 'not-the-network',
      causes: confirmed.map(({ verdict }) => verdict.cause),
      summary: `Not the network: ${first.title}${culprit}. ${first.reason} And ${ruledOut}.`,
    };
  }
  const open =
    left.length === 0 ? '' : ` Not settled: ${left.map(({ verdict }) => verdict.title).join('; ')}.`;
  return { kind: 'not-the-network', causes: [], summary: `Not the network: ${ruledOut}.${open}` };
}

function narrowed(standing: readonly Judged[], unchecked: readonly Judged[]): Conclusion {
  const titles = standing.map(({ verdict }) => verdict.title).join('; ');
  const blind = unchecked.length === 0 ? '' : ` ${unchecked.length} could not be checked.`;
  return {
    kind: 'narrowed',
    causes: standing.map(({ verdict }) => verdict.cause),
    summary: `Narrowed to ${standing.length}: ${titles}.${blind}`,
  };
}

function inconclusive(unchecked: readonly Judged[], judged: readonly Judged[]): Conclusion {
  const titles = unchecked.map(({ verdict }) => verdict.title).join('; ');
  return { kind: 'inconclusive', causes: [], summary: sayWhyOpen(titles, judged.length) };
}

function sayWhyOpen(unchecked: string, causes: number): string {
  if (causes === 0) return 'Nothing was looked at: no playbook lists a cause for this symptom.';
  if (unchecked === '') return 'Nothing proven: every cause that was looked at is ruled out.';
  return `Nothing proven. Could not check: ${unchecked}.`;
}
