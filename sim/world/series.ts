import type { Flow } from './flow.ts';
import type { Latency } from './latency.ts';

export type Labels = Readonly<Record<string, string>>;

/** One line of an exporter's page, as a function of time. */
export interface Series {
  /** The metric family, which carries type and help: `x` for `x_bucket`. */
  readonly family: string;
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'untyped' | 'histogram';
  readonly help: string;
  readonly labels: Labels;
  /** The value at `t` seconds since the world began; undefined while the exporter does not show the series. */
  readonly at: (t: number) => number | undefined;
}

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly labels: Labels;
}

export function counter(metric: Metric, flow: Flow): Series {
  return { ...metric, family: metric.name, type: 'counter', at: (t) => Math.floor(flow(t)) };
}

/** A counter of seconds: not rounded to whole events. */
export function secondsCounter(metric: Metric, flow: Flow): Series {
  return { ...metric, family: metric.name, type: 'counter', at: flow };
}

/** client_golang shows a labelled counter only once it was incremented. */
export function counterOnceSeen(metric: Metric, flow: Flow): Series {
  return { ...counter(metric, flow), at: (t) => Math.floor(flow(t)) || undefined };
}

/** Cumulative, but exposed as a gauge or without a type: what node_exporter does with kernel statistics. */
export function rawCounter(type: 'gauge' | 'untyped', metric: Metric, flow: Flow): Series {
  return { ...metric, family: metric.name, type, at: (t) => Math.floor(flow(t)) };
}

export function gauge(metric: Metric, at: (t: number) => number | undefined): Series {
  return { ...metric, family: metric.name, type: 'gauge', at };
}

export interface Observations {
  readonly flow: Flow;
  readonly latency: Latency;
}

/** Cumulative buckets, sum and count that agree with each other at every moment; absent until the first event. */
export function histogram(
  metric: Metric,
  bounds: readonly number[],
  observed: readonly Observations[],
): Series[] {
  const { name: family, help, labels } = metric;
  const count: Flow = (t) => observed.reduce((total, { flow }) => total + flow(t), 0);
  const line = (suffix: string, extra: Labels, value: Flow): Series => ({
    family,
    name: `${family}${suffix}`,
    type: 'histogram',
    help,
    labels: { ...labels, ...extra },
    at: (t) => (count(t) < 1 ? undefined : value(t)),
  });
  const buckets = bounds.map((bound) => {
    const weighted = observed.map(({ flow, latency }) => ({ flow, part: latency.atMost(bound) }));
    return line('_bucket', { le: String(bound) }, (t) =>
      Math.floor(weighted.reduce((total, { flow, part }) => total + flow(t) * part, 0)),
    );
  });
  return [
    ...buckets,
    line('_bucket', { le: '+Inf' }, (t) => Math.floor(count(t))),
    line('_sum', {}, (t) => observed.reduce((total, { flow, latency }) => total + flow(t) * latency.mean, 0)),
    line('_count', {}, (t) => Math.floor(count(t))),
  ];
}
