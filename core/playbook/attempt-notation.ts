import * as z from 'zod';
import type { Attempt } from '../evidence.ts';
import { Placement } from '../probes.ts';

/**
 * Attempts as a case writes them, many alike in one row: `{ from: pod, times: 500, seconds: 0.02 }`. A row with an
 * `error` failed; keys beyond these are labels of the probe. `seconds` may be a list, which is gone through in turn.
 */
export const AttemptRow = z
  .object({
    from: Placement,
    to: z.string().default('the far end'),
    times: z.int().min(1).max(20_000),
    seconds: z.union([z.number().min(0), z.array(z.number().min(0)).min(1)], {
      error: 'Unexpected value, expected seconds, as in 0.02 or [0.02, 0.03]',
    }),
    error: z.string().optional(),
  })
  .catchall(z.union([z.string(), z.number()]).transform(String));
export type AttemptRow = z.infer<typeof AttemptRow>;

/** The attempts that some rows stand for, numbered arm by arm in the order of the rows. */
export function attemptsOf(rows: readonly AttemptRow[]): Attempt[] {
  const made = new Map<Placement, number>();
  return rows.flatMap(({ from, to, times, seconds, error, ...labels }) => {
    const first = made.get(from) ?? 0;
    made.set(from, first + times);
    const all = [seconds].flat();
    return Array.from({ length: times }, (_, index) => ({
      n: first + index,
      from,
      to,
      ok: error === undefined,
      seconds: all[index % all.length] ?? 0,
      ...(error !== undefined && { error }),
      ...(Object.keys(labels).length > 0 && { labels }),
    }));
  });
}
