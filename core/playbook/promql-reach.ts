import { parser } from '@prometheus-io/lezer-promql';

/** Prometheus answers with a sample that is up to five minutes old (`query.lookback-delta`). */
const stalenessSeconds = 300;

const secondsPer: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  y: 31_536_000,
};

/** How far from its moment a query can see at most, in seconds: all its ranges and offsets, one behind the other. */
export function reachOf(query: string): number {
  let seconds = stalenessSeconds;
  parser.parse(query).iterate({
    enter({ name, from, to }) {
      if (name === 'NumberDurationLiteralInDurationContext') seconds += secondsIn(query.slice(from, to));
    },
  });
  return seconds;
}

/** `90s`, `1h30m`, or seconds as a bare number. */
function secondsIn(duration: string): number {
  const parts = [...duration.matchAll(/([\d.]+)(ms|[smhdwy])?/g)];
  return parts.reduce((sum, [, count, unit = 's']) => sum + Number(count) * (secondsPer[unit] ?? 0), 0);
}
