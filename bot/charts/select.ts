import type { Evidence, Series } from '../../core/evidence.ts';
import type { FormatName } from '../../core/format.ts';
import type { Report } from '../../core/report.ts';

/** What one picture shows. */
export interface ChartSubject {
  readonly title: string;
  /** The cause that it speaks for. */
  readonly cause: string;
  readonly series: readonly Series[];
  /** How many series there are beside those shown. */
  readonly left: number;
  /** Seconds between points. */
  readonly step: number;
  readonly unit: FormatName;
  /** Where it begins to hurt, in that unit. */
  readonly threshold: number | undefined;
}

const maxCharts = 2;
const maxSeries = 6;
/** Fewer points are numbers, not a course. */
const minPoints = 3;

/** The courses over time that confirmed causes read; the first cause first. */
export function selectCharts(report: Report, evidence: ReadonlyMap<string, Evidence>): ChartSubject[] {
  const confirmed = report.hypotheses.filter(({ status }) => status === 'confirmed');
  const seen = new Set<string>();
  const subjects = confirmed.flatMap(({ title: cause, evidence: ids }) =>
    ids.flatMap((id) => {
      const one = evidence.get(id);
      if (one === undefined || seen.has(id)) return [];
      seen.add(id);
      return chartOf(cause, one) ?? [];
    }),
  );
  return subjects.slice(0, maxCharts);
}

function chartOf(cause: string, { request, observation }: Evidence): ChartSubject | undefined {
  if (request.source !== 'promql' || observation.status !== 'observed') return undefined;
  const courses = (observation.series ?? []).filter(({ points }) => points.length >= minPoints);
  if (courses.length === 0) return undefined;
  const highestFirst = [...courses].sort((a, b) => highest(b) - highest(a));
  return {
    title: request.title,
    cause,
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
