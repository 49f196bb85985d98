import { createHash } from 'node:crypto';
import { CannotLook } from '../ports.ts';
import { stageOf, type Arm, type Launcher } from './arm.ts';
import { clientOf } from './place.ts';

type Unnamed = Omit<Arm, 'name'> & { readonly from: string };

/**
 * Names the arms, so that a worker that goes on after another died finds what runs already: all of it, or none, because
 * arms are compared only if they run at the same time. What is there in part is left to its deadline and the sweeper:
 * another worker may still be at it.
 */
export async function nameArms<T extends Unnamed>(
  arms: readonly T[],
  of: { readonly investigation: string; readonly evidence: string },
  launcher: Launcher,
  signal: AbortSignal,
): Promise<readonly (T & Arm)[]> {
  for (let turn = 1; ; turn++) {
    const named = arms.map((arm) => ({
      ...arm,
      name: `netcheck-probe-${hash(of.investigation, of.evidence, arm.from, clientOf(arm.place) ?? '', turn)}`,
    }));
    const stages = await Promise.all(
      named.map((arm) =>
        stageOf(arm, launcher, signal).catch((error: unknown) => {
          // Whatever keeps it from being read keeps it from being started, which says so.
          if (error instanceof CannotLook) return 'absent' as const;
          throw error;
        }),
      ),
    );
    if (stages.every((stage) => stage === 'absent') || stages.every((stage) => stage === 'started'))
      return named;
  }
}

function hash(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);
}
