import type { Conclusion } from '../core/conclusion.ts';
import type { Difference } from '../core/differences.ts';
import type { Verdict } from '../core/verdict.ts';
import { sayAsList } from './say.ts';
import type { Screen } from './terminal.ts';

const because = {
  cut: 'its evidence was left out of the recording for size, so it cannot be decided anew',
  redacted: 'values that it rests on are redacted in the recording',
} as const;

/** How a replay differs from what was recorded, for a terminal. */
export function sayDifferences(differences: readonly Difference[], stream: Screen): string {
  if (differences.length === 0) return 'Same verdicts as recorded.';
  return ['Different from the recording:', ...sayAsList(differences.flatMap(sayDifference), stream)].join(
    '\n',
  );
}

function sayDifference(difference: Difference): readonly string[] {
  switch (difference.kind) {
    case 'conclusion':
      return [
        `Conclusion before: ${sayConclusion(difference.before)}`,
        `Conclusion now: ${sayConclusion(difference.after)}`,
      ];
    case 'verdict': {
      const { before, after, because: why } = difference;
      const hint = why === undefined ? '' : ` (${because[why]})`;
      return [
        `${after.title}, before: ${sayVerdict(before)}`,
        `${after.title}, now: ${sayVerdict(after)}${hint}`,
      ];
    }
    case 'added':
      return [`${difference.after.title}, new: ${sayVerdict(difference.after)}`];
    case 'removed':
      return [`${difference.before.title}, not asked any more: ${sayVerdict(difference.before)}`];
  }
}

function sayConclusion({ kind, summary }: Conclusion): string {
  return `${kind}: ${summary}`;
}

function sayVerdict({ status, culprit, reason }: Verdict): string {
  return `${status}${culprit === undefined ? '' : ` (${culprit})`}: ${reason}`;
}
