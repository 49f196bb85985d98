import { ProbeLine, type ProbeAttempt, type ProbeSummary } from '../../core/probe-task.ts';
import { CannotLook } from '../ports.ts';

/** What one prober found. */
export interface ArmResult {
  readonly attempts: readonly ProbeAttempt[];
  readonly summary: ProbeSummary;
}

/** Reads what a prober printed; undefined if it did not come to its end. Throws CannotLook if it says that it cannot. */
export function readOutput(text: string): ArmResult | undefined {
  const attempts: ProbeAttempt[] = [];
  for (const raw of text.split('\n')) {
    const line = parseLine(raw);
    if (line?.type === 'attempt') attempts.push(line);
    else if (line?.type === 'cannot') throw new CannotLook({ reason: line.reason, detail: line.detail });
    else if (line?.type === 'summary') return { attempts, summary: line };
  }
  return undefined;
}

/** The last thing that was printed and is no line of a prober: why it broke, if it did. */
export function lastWords(text: string): string | undefined {
  const words = text
    .split('\n')
    .filter((line) => line.trim() !== '' && parseLine(line) === undefined)
    .at(-1);
  return words?.slice(0, 200);
}

function parseLine(raw: string): ProbeLine | undefined {
  if (!raw.startsWith('{')) return undefined;
  try {
    return ProbeLine.safeParse(JSON.parse(raw)).data;
  } catch {
    return undefined;
  }
}
