import { styleText } from 'node:util';
import { nameOf } from '../../prober/run.ts';
import type { ProberKind, ProbeTask } from '../../core/probe-task.ts';
import { harmless, indent, widthOf, wrap, type Screen } from '../terminal.ts';
import type { ArmOutcome } from './arms.ts';
import { compare, sayComparison, type Comparison, type Side } from './compare.ts';
import { titleOf } from './from.ts';
import { countedOf, rhythmOf, sayArm } from './say-arm.ts';

/** What a probe by hand prints: an arm after the other, and for two of them how they compare. */
export function sayOutcomes(kind: ProberKind, outcomes: readonly ArmOutcome[], screen: Screen): string {
  const width = widthOf(screen);
  const arms = outcomes.map((outcome) => sayOutcome(kind, outcome, screen).join('\n'));
  const sides = sidesOf(outcomes);
  const compared =
    sides === undefined ? [] : [styleText('bold', wrap(sayComparison(sides, compare(sides)), width))];
  return [...arms, ...compared].join('\n\n');
}

function sayOutcome(kind: ProberKind, outcome: ArmOutcome, screen: Screen): string[] {
  const { source, task, result, why } = outcome;
  const width = widthOf(screen);
  const heading = [kind, ...(task === undefined ? [] : [toOf(task)]), `from ${titleOf(source)}`];
  return [
    styleText('bold', wrap(harmless(heading.filter((one) => one !== '').join(' ')), width)),
    ...(why === undefined
      ? []
      : [wrap(`Could not look: ${indent(harmless(why.detail))}${hintFor(why.detail)}`, width)]),
    ...(result === undefined ? [] : sayArm(kind, result, screen)),
  ];
}

function toOf({ targets, options: { name } }: ProbeTask): string {
  const [first, ...more] = targets.map(nameOf);
  const others = more.length === 0 ? '' : ` and ${more.length} more`;
  if (name !== undefined) return first === undefined ? name : `${name} at ${first}${others}`;
  return first === undefined ? '' : `to ${first}${others}`;
}

/** What whoever is at the terminal can do about it. */
function hintFor(detail: string): string {
  if (detail.includes('a loopback address')) return ' (--allow 127.0.0.0/8 or ::1 lets it)';
  if (detail.startsWith('namespaces "'))
    return ' (NETCHECK_PROBE_NAMESPACE names the namespace of probe pods)';
  return '';
}

/** The two arms of a comparison, if there are two that made attempts. */
function sidesOf(outcomes: readonly ArmOutcome[]): readonly [Side, Side] | undefined {
  const [a, b, ...more] = outcomes.flatMap(({ source, result }): Side[] => {
    const attempts = result === undefined ? [] : countedOf(result);
    return attempts.length === 0 ? [] : [{ title: titleOf(source), attempts }];
  });
  return a !== undefined && b !== undefined && more.length === 0 ? [a, b] : undefined;
}

interface ProbeDocument {
  readonly schema: 'netcheck.probe/v1';
  readonly kind: ProberKind;
  /** In the order of --from. */
  readonly arms: readonly object[];
  readonly comparison?: Omit<Comparison, 'worse'> & { readonly worse: string | null };
}

/** The same as one document, with every attempt as the prober told it. */
export function jsonOf(kind: ProberKind, outcomes: readonly ArmOutcome[]): ProbeDocument {
  const sides = sidesOf(outcomes);
  const compared = sides && compare(sides);
  return {
    schema: 'netcheck.probe/v1',
    kind,
    arms: outcomes.map(({ source, task, result, why }) => {
      const rhythm = result && rhythmOf(kind, countedOf(result));
      return {
        from: source.from,
        task,
        ...(why !== undefined && { why }),
        ...(result !== undefined && { attempts: result.attempts, summary: result.summary }),
        ...(rhythm !== undefined && { signature: { ...rhythm.signature, those: rhythm.of } }),
      };
    }),
    ...(compared !== undefined && { comparison: { ...compared, worse: compared.worse ?? null } }),
  };
}
