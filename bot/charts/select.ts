import type { Evidence, Series } from '../../core/evidence.ts';
import { formatValue, type FormatName } from '../../core/format.ts';
import type { Report } from '../../core/report.ts';

/** What one picture shows. */
export interface ChartSubject {
  readonly title: string;
  /** What it speaks for: a cause, or a change. */
  readonly about: string;
  readonly series: readonly Series[];
  /** How many series there are beside those shown. */
  readonly left: number;
  /** Seconds between points. */
  readonly step: number;
  readonly unit: FormatName;
  /** Where it begins to hurt, in that unit. */
  readonly threshold: number | undefined;
  /** When something was changed, in unix seconds. */
  readonly changedAt?: number;
}

const maxCharts = 2;
const maxSeries = 6;
/** Fewer points are numbers, not a course. */
const minPoints = 3;

/** The courses over time that confirmed causes read; the first cause first. */
export function selectCharts(report: Report, evidence: ReadonlyMap<string, Evidence>): ChartSubject[] {
  const confirmed = report.hypotheses.filter(({ status }) => status === 'confirmed');
  const seen = new Set<string>();
  const subjects = confirmed.flatMap(({ title: about, evidence: ids }) =>
    ids.flatMap((id) => {
      const one = evidence.get(id);
      if (one === undefined || seen.has(id)) return [];
      seen.add(id);
      return chartOf(about, one) ?? [];
    }),
  );
  return subjects.slice(0, maxCharts);
}

/** What came before a change and after it. Without a point of each there is nothing to compare. */
export function selectCourse(
  change: string,
  evidence: Evidence,
  changedAt: number,
): ChartSubject | undefined {
  const subject = chartOf(change, evidence);
  if (subject === undefined) return undefined;
  const times = subject.series.flatMap(({ points }) => points.map(([at]) => at));
  const last = times.reduce((a, b) => Math.max(a, b), -Infinity);
  if (last <= changedAt || !times.some((at) => at <= changedAt)) return undefined;
  // Rates follow slowly: whoever looks has to know how soon this was.
  const after = formatValue(last - changedAt, 'seconds');
  return { ...subject, title: `${subject.title}, until ${after} after the change`, changedAt };
}

function chartOf(about: string, { request, observation }: Evidence): ChartSubject | undefined {
  if (request.source !== 'promql' || observation.status !== 'observed') return undefined;
  const courses = (observation.series ?? []).filter(({ points }) => points.length >= minPoints);
  if (courses.length === 0) return undefined;
  const highestFirst = [...courses].sort((a, b) => highest(b) - highest(a));
  return {
    title: request.title,
    about,
    series: highestFirst.slice(0, maxSeries),
    left: Math.max(0, courses.length - maxSeries),
    step: request.step ?? 60,
    unit: request.unit,
    threshold: request.threshold,
  };
}

function highest({ points }: Series): number {
  return points.reduce((max, [, value]) => (value > max ? value : max), -Infinity);
}
