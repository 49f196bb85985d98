import type { Report } from '../core/report.ts';
import { play } from '../sim/demo/play.ts';
import type { Fault, Injected } from './faults/fault.ts';
import { mistakesIn, type Mistakes } from './judge-run.ts';
import { seeded } from './random.ts';
import type { RunningLab } from './start-lab.ts';

export interface Run {
  readonly faults: readonly string[];
  readonly seed: number;
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
}

/** Thrown where this machine cannot do a fault. */
export class Unfit extends Error {
  override readonly name = 'Unfit';
}

/** Breaks a lab, asks netcheck as a person would, and mends it again. */
export async function runFaults(lab: RunningLab, faults: readonly Fault[], seed: number): Promise<Run> {
  const [first] = faults;
  if (first === undefined) throw new Error('Nothing to inject');
  for (const fault of faults) {
    const why = await fault.unfit?.(lab);
    if (why !== undefined) throw new Unfit(`${fault.id} cannot be done here: ${why}`);
  }
  const startedAt = Date.now();
  const injected: { fault: Fault; injected: Injected }[] = [];
  try {
    for (const [at, fault] of faults.entries())
      injected.push({ fault, injected: await fault.inject(lab, seeded(seed + 1000 * at)) });
    const injectedAt = Date.now();
    const before = lab.worker.probes.length;
    const { report, conclusionMs } = await play(lab, `/netcheck ${first.ask}`);
    const arms = lab.worker.probes.slice(before);
    return {
      faults: faults.map(({ id }) => id),
      seed,
      asked: first.ask,
      said: injected.map((one) => one.injected.said),
      report,
      mistakes: mistakesIn(report, injected),
      seconds: { injecting: (injectedAt - startedAt) / 1000, conclusion: conclusionMs / 1000 },
      slowestLook: report.timings.slowestEvidenceMs / 1000,
      probes: arms.length,
      connections: arms.reduce((sum, { attempts }) => sum + attempts, 0),
    };
  } finally {
    for (const one of injected.reverse()) await one.injected.undo();
  }
}
