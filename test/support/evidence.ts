import type {
  Attempt,
  Evidence,
  EvidenceRequest,
  Observation,
  Series,
  UnavailableReason,
} from '../../core/evidence.ts';
import type { Placement } from '../../core/probes.ts';

/** A series with a point every 15 s, from second 0 on. */
export function series(labels: Readonly<Record<string, string>>, ...values: readonly number[]): Series {
  return { labels: { ...labels }, points: values.map((value, index) => [15 * index, value]) };
}

/** Attempts of one arm, numbered from `first`: `failed` of them failed, the first ones. */
export function attempts(
  count: number,
  { failed = 0, first = 0, ...rest }: { failed?: number; first?: number } & Partial<Attempt> = {},
): Attempt[] {
  return Array.from({ length: count }, (_, index) => ({
    n: first + index,
    from: 'pod',
    to: 'db:5432',
    ok: index >= failed,
    seconds: 0.01,
    ...rest,
  }));
}

function observedSeries(...all: readonly Series[]): Observation {
  return { status: 'observed', samples: all.flatMap(({ points }) => points).length, series: [...all] };
}

/** One series without labels whose only point has this value. */
export function observedValue(value: number): Observation {
  return observedSeries(series({}, value));
}

export function observedAttempts(...all: readonly (readonly Attempt[])[]): Observation {
  const made = all.flat();
  return { status: 'observed', samples: made.length, attempts: made };
}

/** Attempts of some arms; others could not be run. */
export function partlySeen(
  made: readonly Attempt[],
  ...arms: readonly (readonly [Placement, UnavailableReason, string])[]
): Observation {
  const unseen = arms.map(([from, reason, detail]) => ({ from, why: { reason, detail } }));
  return { status: 'observed', samples: made.length, attempts: [...made], unseen };
}

export function evidenceOf(request: EvidenceRequest, observation: Observation): Evidence {
  return { request, observation, tookMs: 1 };
}
