import type { Bundle } from './bundle.ts';
import type { Conclusion } from './conclusion.ts';
import type { Report } from './report.ts';
import type { Verdict } from './verdict.ts';

/** What a replay makes of an investigation other than what was recorded. */
export type Difference =
  | { readonly kind: 'conclusion'; readonly before: Conclusion; readonly after: Conclusion }
  | {
      readonly kind: 'verdict';
      readonly before: Verdict;
      readonly after: Verdict;
      /** Where the recording is not what was decided on then: what of the evidence was changed. */
      readonly because?: 'cut' | 'redacted';
    }
  | { readonly kind: 'added'; readonly after: Verdict }
  | { readonly kind: 'removed'; readonly before: Verdict };

/** The conclusion first, then the causes in the order of the replay, then those that it does not have. */
export function differencesOf(bundle: Bundle, after: Report): Difference[] {
  const before = bundle.report;
  const find = (report: Report, cause: string): Verdict | undefined =>
    report.hypotheses.find((verdict) => verdict.cause === cause);
  const differences: Difference[] = [];
  if (JSON.stringify(before.conclusion) !== JSON.stringify(after.conclusion))
    differences.push({ kind: 'conclusion', before: before.conclusion, after: after.conclusion });
  for (const verdict of after.hypotheses) {
    const old = find(before, verdict.cause);
    if (old === undefined) differences.push({ kind: 'added', after: verdict });
    else if (!isSame(old, verdict)) differences.push(changed(old, verdict, bundle));
  }
  for (const verdict of before.hypotheses) {
    if (find(after, verdict.cause) === undefined) differences.push({ kind: 'removed', before: verdict });
  }
  return differences;
}

function isSame(a: Verdict, b: Verdict): boolean {
  return a.status === b.status && a.reason === b.reason && a.culprit === b.culprit;
}

function changed(before: Verdict, after: Verdict, bundle: Bundle): Difference {
  const read = new Set([...before.evidence, ...after.evidence]);
  if (bundle.cuts.some((id) => read.has(lookId(id))))
    return { kind: 'verdict', before, after, because: 'cut' };
  if (bundle.redactions.some((path) => isRead(path, read, bundle)))
    return { kind: 'verdict', before, after, because: 'redacted' };
  return { kind: 'verdict', before, after };
}

/** Target and playbooks are read by every rule, evidence by those that name it. */
function isRead(path: string, read: ReadonlySet<string>, { evidence }: Bundle): boolean {
  if (/^(?:settled|playbooks)\./.test(path)) return true;
  const index = /^evidence\.(\d+)\.(?:observation|request)\./.exec(path)?.[1];
  return index !== undefined && read.has(lookId(evidence[Number(index)]?.request.id ?? ''));
}

/** A look that was made again for more attempts has a number behind its id. */
function lookId(id: string): string {
  return id.replace(/#\d+$/, '');
}
