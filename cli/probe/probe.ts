import { readEnvironment, WorkerEnvironment } from '../../core/config.ts';
import type { ProbeOptions, ProberKind, ProbeTask } from '../../core/probe-task.ts';
import { KubeConfigError, loadKubeConfig } from '../../workers/adapters/kubernetes.ts';
import { CannotLook } from '../../workers/ports.ts';
import { CliError, Interrupted } from '../error.ts';
import { untilInterrupted } from '../interrupt.ts';
import { runOne, taskAt, type ArmOutcome, type Crew, type PlannedArm } from './arms.ts';
import { taskOf, type TaskFlags } from './asked.ts';
import { parseSources, titleOf, type FromFlags, type Source } from './from.ts';
import { Heard } from './heard.ts';
import { findPlace, type Found } from './places.ts';
import { probeProgress } from './progress.ts';
import { jsonOf, sayOutcomes } from './report.ts';
import { choice } from './values.ts';

export interface ProbeFlags extends FromFlags, TaskFlags {
  readonly output: string;
}

const ProbeEnvironment = WorkerEnvironment.pick({
  KUBECONFIG: true,
  NETCHECK_PROBE_IMAGE: true,
  NETCHECK_PROBE_NAMESPACE: true,
  NETCHECK_PROBE_REFUSE: true,
  NETCHECK_PROBE_ALLOW: true,
});

/** Makes one probe by hand and prints what it found. Throws CliError: 2 for what was typed, 1 where it could not look. */
export async function runProbe(
  kind: ProberKind,
  words: readonly string[],
  options: ProbeOptions,
  flags: ProbeFlags,
): Promise<void> {
  const output = choice('--output', flags.output, ['text', 'json']);
  const config = environment();
  const { NETCHECK_PROBE_REFUSE: refuse, NETCHECK_PROBE_ALLOW: allow } = config;
  const task = taskOf({ kind, words, flags, options, refuse, allow });
  const sources = parseSources(flags);
  const crew = sources.some((one) => one.kind !== 'local') ? crewOf(config) : undefined;
  const stop = new AbortController();
  void untilInterrupted().then(() => stop.abort());

  const places = await Promise.all(sources.map((source) => placeOf(source, crew, flags.namespace)));
  if (stop.signal.aborted) throw new Interrupted();
  const outcomes = await run(task, places, crew, stop.signal);

  const said =
    output === 'json' ? JSON.stringify(jsonOf(kind, outcomes)) : sayOutcomes(kind, outcomes, process.stdout);
  process.stdout.write(`${said}\n`);
  process.exitCode = outcomes.every(({ why }) => why === undefined) ? 0 : 1;
}

function environment(): ReturnType<typeof ProbeEnvironment.parse> {
  const read = readEnvironment(ProbeEnvironment, process.env);
  if ('problems' in read) throw new CliError(read.problems.join('\n'), 1);
  return read.config;
}

function crewOf(config: ReturnType<typeof environment>): Crew {
  try {
    return {
      config: loadKubeConfig(config.KUBECONFIG),
      image: config.NETCHECK_PROBE_IMAGE,
      namespace: config.NETCHECK_PROBE_NAMESPACE,
    };
  } catch (error) {
    if (error instanceof KubeConfigError) throw new CliError(error.message, 1, { cause: error });
    throw error;
  }
}

type Placed = ({ readonly source: Source } & Found) | ArmOutcome;

async function placeOf(
  source: Source,
  crew: Crew | undefined,
  namespace: string | undefined,
): Promise<Placed> {
  if (crew === undefined || source.kind === 'local') return { source, place: { kind: 'local' }, notes: [] };
  const { config } = crew;
  const usual = config.getContextObject(config.getCurrentContext())?.namespace ?? 'default';
  try {
    return { source, ...(await findPlace(source, config, namespace ?? usual)) };
  } catch (error) {
    if (error instanceof CannotLook) return { source, task: undefined, why: error.why };
    throw error;
  }
}

/** Runs the arms that have a place side by side, from one moment on. */
async function run(
  task: ProbeTask,
  places: readonly Placed[],
  crew: Crew | undefined,
  stop: AbortSignal,
): Promise<readonly ArmOutcome[]> {
  const progress = probeProgress(process.stderr);
  const planned: PlannedArm[] = [];
  const show = (): void =>
    progress.show(
      planned.map(({ source, heard: { attempts, failed, ready } }) => {
        return { title: titleOf(source), of: task.attempts, attempts, failed, ready };
      }),
    );
  const together = places.filter((one) => 'place' in one).length > 1;
  const startsFrom = Date.now();
  const outcomes = places.map((one): Promise<ArmOutcome> => {
    if (!('place' in one)) return Promise.resolve(one);
    const { source, place, notes } = one;
    const own = taskAt(task, place, together, startsFrom);
    const arm = { source, place, notes, task: own, heard: new Heard(show) };
    planned.push(arm);
    return runOne(arm, crew, stop);
  });
  show();
  const ended = await Promise.all(outcomes);
  progress.clear();
  return ended;
}
