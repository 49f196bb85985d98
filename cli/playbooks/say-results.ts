import { styleText } from 'node:util';
import type { Outcome } from '../../core/decide.ts';
import type { Observation, Series } from '../../core/evidence.ts';
import { formatProblem } from '../../core/playbook/problem.ts';
import type { CaseResult, CauseResult } from './test-causes.ts';

/** Each cause with its cases; of one that fails, what the rules saw and what they made of it. */
export function sayResults(results: readonly CauseResult[]): string {
  return results.map((result) => `${sayCause(result).join('\n')}\n`).join('\n');
}

export function sum(results: readonly CauseResult[], seconds: number): string {
  const cases = results.flatMap((one) => one.cases);
  const failed = cases.filter(hasFailed).length;
  const untested = results.flatMap((one) => one.untested).length;
  const missing = results.flatMap((one) => one.missing).length;
  return [
    counted(results.length, 'cause'),
    counted(cases.length, 'case'),
    ...(failed > 0 ? [styleText('red', `${failed} failed`)] : []),
    ...(untested > 0 ? [styleText('red', counted(untested, 'untested rule'))] : []),
    ...(missing > 0 ? [styleText('red', counted(missing, 'missing case'))] : []),
    `${seconds.toFixed(1)} s`,
  ].join(', ');
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

export function isGood({ cases, untested, missing }: CauseResult): boolean {
  return untested.length === 0 && missing.length === 0 && !cases.some(hasFailed);
}

function hasFailed({ mistakes }: CaseResult): boolean {
  return mistakes.length > 0;
}

function sayCause({ file, cases, untested, missing }: CauseResult): string[] {
  return [
    styleText('bold', file),
    ...cases.flatMap((one) => (hasFailed(one) ? sayFailure(one, file) : [`  ✓ ${one.tested.name}`])),
    ...untested.map(({ rule, message }) => styleText('red', `${file}:${rule.line} ${message}`)),
    ...missing.map((problem) => styleText('red', formatProblem(problem))),
  ];
}

function sayFailure(
  { tested, mistakes, decision, observations, outcomes }: CaseResult,
  file: string,
): string[] {
  const { status, reason, culprit } = decision;
  const names = [...observations.keys()];
  const width = Math.max(0, ...names.map((name) => name.length));
  return [
    styleText('red', `  ✗ ${tested.name}`),
    ...mistakes.map((mistake) => `    ${file}:${tested.line} ${mistake}`),
    `      ${status}: ${reason}${culprit === undefined ? '' : ` (culprit: ${culprit})`}`,
    ...names.flatMap((name) =>
      sayObservation(observations.get(name)).map(
        (line, index) => `      ${(index === 0 ? name : '').padEnd(width)}  ${line}`,
      ),
    ),
    ...outcomes.map((outcome) => `      ${sayOutcome(outcome, file)}`),
  ];
}

function sayOutcome({ rule, holds, obstacles }: Outcome, file: string): string {
  const said =
    holds === undefined ? `is undecided: ${obstacles.join('; ')}` : holds ? 'holds' : 'does not hold';
  return `${file}:${rule.line} ${said}`;
}

const maxLines = 10;

function sayObservation(observation: Observation | undefined): string[] {
  if (observation === undefined) return ['was not gathered'];
  if (observation.status === 'unavailable') return [`${observation.why.reason}: ${observation.why.detail}`];
  const { facts, series = [] } = observation;
  const lines =
    facts === undefined
      ? series.map(saySeries)
      : Object.entries(facts).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  const more = lines.length - maxLines;
  return more > 0 ? [...lines.slice(0, maxLines), `and ${more} more`] : lines;
}

function saySeries({ labels, points }: Series): string {
  const values = points.map(([, value]) => value);
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  const range =
    values.length > 1 ? ` (${Math.min(...values)} to ${Math.max(...values)}, ${values.length} points)` : '';
  return `${pairs.length === 0 ? '' : `{${pairs.join(', ')}} `}${values.at(-1) ?? ''}${range}`;
}
