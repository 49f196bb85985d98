import type { Observation } from '../evidence.ts';
import type { Cause } from '../playbook/cause.ts';
import type { ChangeTemplate } from '../playbook/change-block.ts';
import type { Params } from '../playbook/params.ts';
import type { Trial } from '../playbook/trial.ts';
import type { Sentence } from '../playbook/sentence.ts';
import type { Context } from '../playbook/vocabulary/context.ts';
import type { Target } from '../target.ts';
import type { Verdict } from '../verdict.ts';
import { remediationKinds, type RemediationId } from './kinds.ts';
import type { Proposal } from './proposal.ts';

/** What rules, and the sentences of a fix, may read. */
interface Seen {
  readonly observations: ReadonlyMap<string, Observation>;
  readonly context: Context;
}

/** More than these nobody reads at once. */
const mostOfOneCause = 3;

/**
 * What could be done about one cause: its fixes once it is confirmed, and its trial as long as it is not ruled out. Where
 * a value that it takes is not known, or is none that the remediation takes, nothing is proposed.
 */
export function propose(
  { id, target }: { readonly id: string; readonly target: Pick<Target, 'namespace' | 'service'> },
  { id: causeId, fixes, trial }: Pick<Cause, 'id' | 'fixes' | 'trial'>,
  verdict: Pick<Verdict, 'status' | 'reason'>,
  seen: Seen,
): Proposal[] {
  const fill = (change: Change, suffix: string): Proposal[] => {
    const params = paramsFor(change, seen);
    if (params === undefined) return [];
    const say = (sentence: Sentence): string => sentence.render(seen.observations, seen.context);
    return [
      {
        id: `${id}-${causeId}${suffix}`,
        cause: causeId,
        remediation: change.remediation,
        namespace: target.namespace,
        service: target.service,
        params,
        summary: say(change.summary),
        why: verdict.reason,
        risk: say(change.risk),
        workedIf: say(change.workedIf),
        ...('expect' in change && {
          trial: {
            seconds: change.seconds,
            expected: change.expect.map(({ cause: of, then }) => ({ cause: of, then: say(then) })),
          },
        }),
      },
    ];
  };
  const isConfirmed = verdict.status === 'confirmed';
  const isOpen = isConfirmed || verdict.status === 'standing';
  return [
    // A fix is known by its place in the file, whichever of them are proposed.
    ...(isConfirmed ? fixes.flatMap((fix, index) => fill(fix, index === 0 ? '' : `-${index + 1}`)) : []),
    ...(isOpen && trial !== undefined ? fill(trial, '-trial') : []),
  ].slice(0, mostOfOneCause);
}

type Change = (ChangeTemplate & { readonly workedIf: Sentence }) | Trial;

/** Nothing where the change is not for this case, or not all that it takes is known. */
function paramsFor(
  { remediation, when, params }: ChangeTemplate,
  seen: Seen,
): Record<string, string> | undefined {
  const evaluated = when?.evaluate(seen.observations, seen.context);
  if (evaluated !== undefined && !('value' in evaluated && evaluated.value === true)) return undefined;
  const filled = fillAll(params, seen);
  return filled !== undefined && isTaken(remediation, filled) ? filled : undefined;
}

function fillAll(params: Params, { observations, context }: Seen): Record<string, string> | undefined {
  const filled: Record<string, string> = {};
  for (const [name, { fill }] of Object.entries(params)) {
    const value = fill(observations, context);
    if (value === undefined) return undefined;
    filled[name] = value;
  }
  return filled;
}

function isTaken(remediation: RemediationId, params: Readonly<Record<string, string>>): boolean {
  return remediationKinds[remediation].params.safeParse(params).success;
}
