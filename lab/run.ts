import type { Report } from '../core/report.ts';
import { play } from '../sim/demo/play.ts';
import { approve, type Fix } from './approve.ts';
import type { Fault } from './faults/fault.ts';
import { isWeak } from './faults/support/size.ts';
import { mistakesIn, type Broken, type Mistakes } from './judge-run.ts';
import { seeded } from './random.ts';
import type { RunningLab } from './start-lab.ts';

export interface Run {
  readonly faults: readonly string[];
  readonly seed: number;
  /** Of the first fault, where it was not left to the seed. */
  readonly size?: number;
  /** What was typed after `/netcheck`. */
  readonly asked: string;
  /** What was done, fault by fault. */
  readonly said: readonly string[];
  readonly report: Report;
  readonly mistakes: Mistakes;
  /** Seconds that each phase took; `conclusion` is from typing until the conclusion stood in the thread. */
  readonly seconds: { readonly injecting: number; readonly conclusion: number };
  /** Seconds of the longest single look. */
  readonly slowestLook: number;
  readonly probes: number;
  readonly connections: number;
  /** What came of the first change that netcheck proposed, where it was to be made; `none` where it proposed none. */
  readonly fix?: Fix | 'none';
}

interface Options {
  readonly seed: number;
  /** Of the first fault. */
  readonly size?: number;
  /** Whether the first change that netcheck proposes is approved. */
  readonly fix?: boolean;
}

/** Thrown where this machine cannot do a fault. */
export class Unfit extends Error {
  override readonly name = 'Unfit';
}

/** Breaks a lab and asks netcheck as a person would. It stays broken, unless netcheck mends it. */
export async function runFaults(
  lab: RunningLab,
  faults: readonly Fault[],
  { seed, size, fix = false }: Options,
): Promise<Run> {
  const [first] = faults;
  if (first === undefined) throw new Error('Nothing to inject');
  for (const fault of faults) {
    const why = await fault.unfit?.(lab);
    if (why !== undefined) throw new Unfit(`${fault.id} cannot be done here: ${why}`);
  }
  const startedAt = Date.now();
  const broken: Broken[] = [];
  for (const [at, fault] of faults.entries()) {
    const given = at === 0 ? size : undefined;
    const injected = await fault.inject(lab, seeded(seed + 1000 * at), given);
    broken.push({ fault, injected, weak: isWeak(fault, given) });
  }
  await Promise.all(broken.map(async ({ injected }) => injected.shown?.()));
  const injectedAt = Date.now();
  const before = lab.worker.probes.length;
  const { report, conclusionMs } = await play(lab, `/netcheck ${first.ask}`);
  const arms = lab.worker.probes.slice(before);
  const mend = report.proposals.find(({ trial }) => trial === undefined);
  return {
    faults: faults.map(({ id }) => id),
    seed,
    ...(size !== undefined && { size }),
    asked: first.ask,
    said: broken.map(({ injected }) => injected.said),
    report,
    mistakes: mistakesIn(report, broken),
    seconds: { injecting: (injectedAt - startedAt) / 1000, conclusion: conclusionMs / 1000 },
    slowestLook: report.timings.slowestEvidenceMs / 1000,
    probes: arms.length,
    connections: arms.reduce((sum, { attempts }) => sum + attempts, 0),
    ...(fix && { fix: mend === undefined ? 'none' : await approve(lab, mend) }),
  };
}
