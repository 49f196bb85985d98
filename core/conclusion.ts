import * as z from 'zod';
import { formatValue } from './format.ts';
import type { Judged } from './judge.ts';
import type { Verdict } from './verdict.ts';

const ConclusionKind = z.enum(['cause-found', 'narrowed', 'not-the-network', 'inconclusive']);

export const Conclusion = z.strictObject({
  kind: ConclusionKind,
  /** Ids of the causes: confirmed ones, or where none is, those that still stand; the weightiest first. */
  causes: z.array(z.string()),
  /** Ids of confirmed causes that account for too little of the symptom to be its cause. */
  alsoFound: z.array(z.string()).default([]),
  summary: z.string(),
});
export type Conclusion = z.infer<typeof Conclusion>;

/** A cause, or several together, must account for at least this share of the symptom to be called its cause. */
const mostOfIt = 0.5;

/** The verdicts, sorted by what they mean for the end. */
interface Field {
  readonly judged: readonly Judged[];
  /** How many causes were left out because nobody named a far end. */
  readonly needFarEnd: number;
  /** Confirmed, and enough to explain the symptom, the weightiest first. */
  readonly leading: readonly Judged[];
  /** Confirmed, but too small to explain it. */
  readonly minor: readonly Judged[];
  readonly standing: readonly Judged[];
  readonly unchecked: readonly Judged[];
  /** Network causes that are neither confirmed nor ruled out. */
  readonly networkLeft: readonly Judged[];
}

/**
 * What the verdicts amount to, in plain words for the person on call. `needFarEnd` counts the causes that were left out
 * because nobody named a far end.
 */
export function conclude(judged: readonly Judged[], needFarEnd = 0): Conclusion {
  const field = sort(judged, needFarEnd);
  const { leading, minor, standing, networkLeft } = field;
  const proven = leading.filter((one) => openLookAlikes(one, judged).length === 0);

  if (proven.some(({ network }) => network)) return found(proven, field);
  if (networkLeft.length === 0 && !hasNetwork([...leading, ...minor]) && hasNetwork(judged))
    return leading[0]?.coverage === 'uncounted' ? uncounted(field) : notTheNetwork(field);
  if (proven.length > 0) return found(proven, field);
  if (leading.length > 0) return lookingAlike(field);
  if (standing.length > 0 || minor.length > 0) return narrowed(field);
  return inconclusive(field);
}

/** Whether one cause is proven, large enough, and none that looks like it is left: then nothing more need be asked. */
export function isSettled(judged: readonly Judged[]): boolean {
  return sort(judged, 0).leading.some(
    (one) => typeof one.coverage === 'object' && openLookAlikes(one, judged).length === 0,
  );
}

function sort(judged: readonly Judged[], needFarEnd: number): Field {
  const having = (status: Verdict['status']): Judged[] =>
    judged.filter(({ verdict }) => verdict.status === status);
  const confirmed = having('confirmed').sort(weightiestFirst);
  const standing = [...having('standing'), ...having('conflict')];
  const unchecked = having('unchecked');
  const together = confirmed.reduce((sum, one) => sum + weightOf(one), 0) >= mostOfIt;
  const alone = confirmed.filter((one) => weightOf(one) >= mostOfIt);
  const leading = alone.length === 0 && together ? confirmed : alone;
  return {
    judged,
    needFarEnd,
    leading,
    minor: confirmed.filter((one) => !leading.includes(one)),
    standing,
    unchecked,
    networkLeft: [...standing, ...unchecked].filter(({ network }) => network),
  };
}

/** What cannot be counted may explain it all, but stands back behind what was counted. */
function weightOf({ coverage }: Judged): number {
  if (coverage === 'uncounted') return mostOfIt;
  return coverage?.share ?? 1;
}

/** Of equals those of the network first; `sort` keeps the playbook's order beyond that. */
function weightiestFirst(a: Judged, b: Judged): number {
  return weightOf(b) - weightOf(a) || Number(b.network) - Number(a.network);
}

function hasNetwork(judged: readonly Judged[]): boolean {
  return judged.some(({ network }) => network);
}

/** The causes that show the same symptom and are neither ruled out nor proven themselves. */
function openLookAlikes({ lookAlikes }: Judged, judged: readonly Judged[]): readonly Judged[] {
  return judged.filter(
    ({ verdict: { cause, status } }) =>
      lookAlikes.includes(cause) && status !== 'eliminated' && status !== 'confirmed',
  );
}

function found(proven: readonly Judged[], field: Field): Conclusion {
  const [first] = proven;
  const others = field.leading.filter((one) => one !== first);
  const left = field.networkLeft.length;
  const rest = left === 0 ? '' : ` ${left} other ${left === 1 ? 'cause is' : 'causes are'} not ruled out.`;
  return {
    kind: 'cause-found',
    causes: idsOf([...proven, ...others.filter((one) => !proven.includes(one))]),
    alsoFound: idsOf(field.minor),
    summary: `${said(first)}${also(others)}${rest}${smaller(field)}`,
  };
}

/** `Title (culprit). Reason.` and, where less than all, how much of the symptom that is. */
function said(one: Judged | undefined): string {
  if (one === undefined) return '';
  const { title, culprit, reason } = one.verdict;
  const who = culprit === undefined ? '' : ` (${culprit})`;
  return `${title}${who}. ${reason}${partly(one)}`;
}

/** What a person has to know where it is not all, or may not be. */
function partly({ coverage }: Judged): string {
  if (coverage === 'uncounted') return ' How much of what people see that is could not be counted.';
  return coverage !== undefined && coverage.share < 0.9 ? ` ${coverage.reason}` : '';
}

/** ` Also: X; Y.` */
function also(others: readonly Judged[]): string {
  return others.length === 0 ? '' : ` Also: ${titlesOf(others)}.`;
}

function notTheNetwork(field: Field): Conclusion {
  const { judged, leading, minor, standing, unchecked } = field;
  const eliminated = judged.filter(({ network }) => network).length;
  const ruledOut =
    eliminated === 1
      ? 'the only network cause that netcheck knows is ruled out'
      : `all ${eliminated} network causes that netcheck knows are ruled out`;
  const common = { kind: 'not-the-network', alsoFound: idsOf(minor) } as const;
  const [first, ...others] = leading;
  if (first !== undefined)
    return {
      ...common,
      causes: idsOf(leading),
      summary: `Not the network: ${said(first)}${also(others)} And ${ruledOut}.${smaller(field)}`,
    };
  const left = [...standing, ...unchecked];
  const open = left.length === 0 ? '' : ` Not settled: ${titlesOf(left)}.`;
  return {
    ...common,
    causes: [],
    summary: `Not the network: ${ruledOut}.${smaller(field)}${open}${farEnd(field)}`,
  };
}

/** The network is ruled out and something else is proven, but whether that is what people see could not be counted. */
function uncounted(field: Field): Conclusion {
  const { leading, minor } = field;
  const [first, ...others] = leading;
  return {
    kind: 'narrowed',
    causes: idsOf(leading),
    alsoFound: idsOf(minor),
    summary: `${said(first)}${also(others)}${smaller(field)}${farEnd(field)}`,
  };
}

/** Something is proven, but what shows the same symptom was not ruled out: it may be the other one. */
function lookingAlike(field: Field): Conclusion {
  const { leading, judged } = field;
  const [first, ...others] = leading;
  const open = [...new Set(leading.flatMap((one) => openLookAlikes(one, judged)))];
  const apart = [...Map.groupBy(open, ({ verdict }) => verdict.reason)]
    .map(([reason, all]) => `${titlesOf(all)} (${asClause(reason)})`)
    .join('; ');
  return {
    kind: 'narrowed',
    causes: idsOf([...leading, ...open]),
    alsoFound: idsOf(field.minor),
    summary: `${said(first)}${also(others)} But what looks the same is not ruled out: ${apart}.${smaller(field)}`,
  };
}

function narrowed(field: Field): Conclusion {
  const { standing, unchecked, minor } = field;
  const blind = unchecked.length === 0 ? '' : ` ${unchecked.length} could not be checked.`;
  const to =
    standing.length === 0
      ? 'Nothing found that explains it.'
      : `Narrowed to ${standing.length}: ${titlesOf(standing)}.`;
  return {
    kind: 'narrowed',
    causes: idsOf(standing),
    alsoFound: idsOf(minor),
    summary: `${to}${blind}${smaller(field)}${farEnd(field)}`,
  };
}

function inconclusive(field: Field): Conclusion {
  return {
    kind: 'inconclusive',
    causes: [],
    alsoFound: [],
    summary: `${whyOpen(field)}${farEnd(field)}`,
  };
}

function whyOpen({ judged, unchecked, needFarEnd }: Field): string {
  if (judged.length === 0 && needFarEnd > 0) return 'Nothing was looked at.';
  if (judged.length === 0) return 'Nothing was looked at: no playbook lists a cause for this symptom.';
  if (unchecked.length === 0) return 'Nothing proven: every cause that was looked at is ruled out.';
  return `Nothing proven. Could not check: ${titlesOf(unchecked)}.`;
}

/** What was not asked: calls of the Service itself, where nobody said to whom. */
function farEnd({ needFarEnd }: Field): string {
  if (needFarEnd === 0) return '';
  const causes = needFarEnd === 1 ? '1 cause concerns' : `${needFarEnd} causes concern`;
  return ` ${causes} calls to a far end: name it, as in "to api.example.com:443".`;
}

/** ` Also found: X, which accounts for 8 %.` */
function smaller({ minor }: Field): string {
  const parts = minor.map(
    ({ verdict: { title }, coverage }) =>
      `${title}, which accounts for ${formatValue(typeof coverage === 'object' ? coverage.share : 0, 'percent')}`,
  );
  return parts.length === 0 ? '' : ` Also found: ${parts.join('; ')}.`;
}

function asClause(sentence: string): string {
  return sentence.replace(/[.]$/, '');
}

function titlesOf(judged: readonly Judged[]): string {
  return judged.map(({ verdict }) => verdict.title).join('; ');
}

function idsOf(judged: readonly Judged[]): string[] {
  return judged.map(({ verdict }) => verdict.cause);
}
