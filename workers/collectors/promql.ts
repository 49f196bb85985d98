import { unavailable, type EvidenceRequest, type Observation } from '../../core/evidence.ts';
import type { MetricsReader } from '../ports.ts';

type Request = Extract<EvidenceRequest, { source: 'promql' }>;
type Point = readonly [unixSeconds: number, value: number];

/** Series beyond this say nothing a person could read, and would fill Redis. */
const maxSeries = 200;

/** Asks Prometheus one question. An empty answer is "no data", never zero. */
export async function collectPromql(
  request: Request,
  metrics: MetricsReader,
  signal: AbortSignal,
): Promise<Observation> {
  const answered =
    request.step === undefined
      ? await metrics.instant(request.query, request.window.to, signal)
      : await metrics.range(request.query, request.window, request.step, signal);
  const series = answered
    .map(({ labels, points }) => ({ labels, points: points.flatMap((point) => known(point, request)) }))
    .filter(({ points }) => points.length > 0);
  if (series.length === 0) return unavailable('no-data', `no data: ${request.title}`);
  if (series.length > maxSeries) {
    return unavailable(
      'rejected',
      `${series.length} series answered, more than ${maxSeries}: ${request.title}`,
    );
  }
  return {
    status: 'observed',
    samples: series.reduce((sum, { points }) => sum + points.length, 0),
    series: [...series],
  };
}

function known([at, value]: Point, { unit }: Request): [number, number][] {
  // 0/0 is NaN and n/0 is infinite: nothing was attempted, hence nothing was observed.
  if (!Number.isFinite(value)) return [];
  // All less some can be below none: `increase` extrapolates each by itself, to where that counter was zero.
  return [[at, unit === 'count' ? Math.max(0, value) : value]];
}
