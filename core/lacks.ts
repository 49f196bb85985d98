import { cureFor } from './cure.ts';
import type { Unavailable } from './evidence.ts';
import { placements } from './probes.ts';
import type { Report, ReportedEvidence } from './report.ts';

/** Looks that could not be made for one reason, and what a person can do so that the next ones see something. */
export interface Lack {
  readonly titles: readonly string[];
  readonly why: Unavailable;
  readonly cure: string;
}

/** A look that could not be made, or an arm of one. */
interface Missing extends Pick<ReportedEvidence, 'title' | 'source'> {
  readonly why: Unavailable;
}

/** What the unchecked hypotheses lack, by what would mend it: a missing right that blinds four of them is one thing to do. */
export function lacksOf({ hypotheses, evidence }: Report): Lack[] {
  const byId = new Map(evidence.map((one) => [one.id, one]));
  const missing = new Map(
    hypotheses
      .filter(({ status }) => status === 'unchecked')
      .flatMap(({ evidence: ids }) => ids.flatMap((id) => missingIn(byId.get(id)))),
  );
  const keyOf = ({ source, why }: Missing): string =>
    `${source} ${why.reason} ${why.reason === 'no-data' ? '' : why.detail}`;
  return [...Map.groupBy(missing.values(), keyOf).values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { why, source } = first;
    return [{ titles: group.map(({ title }) => title), why, cure: cureFor(why.reason, source) }];
  });
}

/** By what tells them apart: several hypotheses can lack the same. */
function missingIn(one: ReportedEvidence | undefined): [string, Missing][] {
  if (one === undefined) return [];
  const { id, title, source } = one;
  if (one.status === 'unavailable')
    return one.why === undefined ? [] : [[id, { title, source, why: one.why }]];
  return (one.unseen ?? []).map(({ from, why }) => [
    `${id} ${from}`,
    { title: `${title}, from ${placements[from].title}`, source, why },
  ]);
}

/** `forbidden, list nodes`; where the detail begins with the reason already, that once. */
export function sayWhy(why: Unavailable | undefined): string {
  if (why === undefined) return 'no answer';
  const { reason, detail } = why;
  return detail.startsWith(reason.replaceAll('-', ' ')) ? detail : `${reason}, ${detail}`;
}
