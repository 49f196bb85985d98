import * as z from 'zod';
import type { Report } from '../report.ts';
import { VerdictStatus, type Verdict } from '../verdict.ts';

/** What a watch knows of one cause: whether it was ever proven, whether it still is, and whether the last look could tell. */
const KnownCause = z.strictObject({
  is: z.enum(['never-seen', 'there', 'gone']),
  /** False from a look that could not tell on, until one can. */
  told: z.boolean(),
  /** What the last look made of it; absent where that did not look at it. */
  was: VerdictStatus.optional(),
});
type KnownCause = z.infer<typeof KnownCause>;

export const Known = z.record(z.string(), KnownCause);
export type Known = z.infer<typeof Known>;

/** What is not as it was; `reason` is the sentence of the verdict, with its numbers. */
export interface Change {
  readonly kind:
    /** It was ruled out before. */
    | 'appeared'
    /** It may have been there all the time: nothing had ruled it out. */
    | 'proven'
    | 'returned'
    | 'gone'
    /** Gone, after a change that was made for it. */
    | 'fix-holds'
    /** It was proven, and now it cannot be looked at. */
    | 'unseen'
    /** It was proven, and now it is neither proven nor ruled out. */
    | 'unproven'
    /** It could not be told for a while, and is there as before. */
    | 'still-there';
  readonly cause: string;
  readonly title: string;
  readonly reason: string;
  /** What it was before, of what is proven now; absent where nobody had looked. */
  readonly was?: VerdictStatus;
}

interface Looked {
  readonly changes: readonly Change[];
  readonly known: Known;
}

/** What a first report tells a watch. */
export function knownFrom({ hypotheses }: Report): Known {
  return Object.fromEntries(
    hypotheses.map(({ cause, status }): [string, KnownCause] => [
      cause,
      { is: status === 'confirmed' ? 'there' : 'never-seen', told: true, was: status },
    ]),
  );
}

/**
 * What a later report changes. What could not be looked at is never gone. `mended` are the causes that a change of the
 * cluster was made for and that it was seen to help.
 */
export function lookAgain(known: Known, report: Report, mended: ReadonlySet<string>): Looked {
  const verdicts = new Map(report.hypotheses.map((verdict) => [verdict.cause, verdict]));
  const ids = [...new Set([...Object.keys(known), ...verdicts.keys()])];
  const looked = ids.map((cause) => {
    const before: KnownCause = known[cause] ?? { is: 'never-seen', told: true };
    const verdict = verdicts.get(cause);
    const { kind, now } = compare(before, verdict, mended.has(cause));
    const { title = cause, reason = 'there is no playbook for it any more' } = verdict ?? {};
    const was = kind === 'proven' && before.was !== undefined ? { was: before.was } : {};
    return { cause, now, changes: kind === undefined ? [] : [{ kind, cause, title, reason, ...was }] };
  });
  return {
    changes: looked.flatMap(({ changes }) => changes),
    known: Object.fromEntries(looked.map(({ cause, now }) => [cause, now])),
  };
}

interface Compared {
  readonly kind: Change['kind'] | undefined;
  readonly now: KnownCause;
}

function compare(before: KnownCause, verdict: Verdict | undefined, isMended: boolean): Compared {
  const wasThere = before.is === 'there';
  switch (verdict?.status) {
    case 'confirmed':
      return { kind: nowConfirmed(before), now: { is: 'there', told: true, was: 'confirmed' } };
    case 'eliminated': {
      const gone = isMended ? 'fix-holds' : 'gone';
      return {
        kind: wasThere ? gone : undefined,
        now: { is: wasThere ? 'gone' : before.is, told: true, was: 'eliminated' },
      };
    }
    case 'standing':
    case 'conflict':
      return { kind: wasThere && before.told ? 'unproven' : undefined, now: unclear(before, verdict) };
    case 'unchecked':
    case undefined:
      return { kind: wasThere && before.told ? 'unseen' : undefined, now: unclear(before, verdict) };
  }
}

function unclear({ is }: KnownCause, verdict: Verdict | undefined): KnownCause {
  return { is, told: false, ...(verdict && { was: verdict.status }) };
}

function nowConfirmed({ is, told, was }: KnownCause): Change['kind'] | undefined {
  switch (is) {
    case 'never-seen':
      return was === 'eliminated' ? 'appeared' : 'proven';
    case 'gone':
      return 'returned';
    case 'there':
      return told ? undefined : 'still-there';
  }
}

/** Whether everything that was ever named is ruled out by this report: what was concluded at first, and what was proven since. */
export function isAllGone(first: Report, known: Known, now: Report): boolean {
  const proven = Object.entries(known).flatMap(([cause, { is }]) => (is === 'never-seen' ? [] : [cause]));
  const named = new Set([...first.conclusion.causes, ...proven]);
  const ruledOut = new Set(
    now.hypotheses.flatMap(({ cause, status }) => (status === 'eliminated' ? [cause] : [])),
  );
  return named.size > 0 && [...named].every((cause) => ruledOut.has(cause));
}
