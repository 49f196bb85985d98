import { createHash } from 'node:crypto';
import {
  unavailable,
  type Attempt,
  type EvidenceRequest,
  type Observation,
  type Unavailable,
} from '../../core/evidence.ts';
import type { ProbeAttempt, ProbeTask } from '../../core/probe-task.ts';
import { isProbeId, placements, probes, type Placement, type Probe } from '../../core/probes.ts';
import type { Target } from '../../core/target.ts';
import { CannotLook, type ClusterReader } from '../ports.ts';
import { namespaceOf, removePod, runArm, wasStarted, type Arm, type Launcher } from './arm.ts';
import type { Asked, ProbeMaker } from './draft.ts';
import { attemptsLeft, concurrencyOf, deadlineOf, paceOf, startTogetherMs, type Limits } from './limits.ts';
import { makers } from './makers/index.ts';
import type { ArmResult } from './output.ts';
import { checkEnabled, findPlace, type Enabled, type Place } from './place.ts';

export type ProbeRequest = Extract<EvidenceRequest, { source: 'probe' }>;

/** Whose investigation a probe belongs to. */
export interface Occasion {
  readonly investigation: string;
  readonly target: Target;
  /** Who asked, for the audit log. */
  readonly requester: string;
  /** Connections that it has made so far. */
  readonly made: number;
}

/** Makes probes in one cluster, within what whoever installed netcheck allows. */
export interface Prober {
  readonly launcher: Launcher;
  readonly enabled: Enabled;
  readonly limits: Limits;
  /** Networks (CIDR) that are refused, and that are allowed although they are. */
  readonly refuse: readonly string[];
  readonly allow: readonly string[];
  /** Says who probes what from where, before anything is sent. */
  audit(entry: Readonly<Record<string, unknown>>): void;
}

const prepareWithinMs = 10_000;

interface Placed {
  readonly from: Placement;
  readonly place: Place;
  readonly task: ProbeTask;
}
interface Unseen {
  readonly from: Placement;
  readonly why: Unavailable;
}

/**
 * Makes a probe: every arm in its place, side by side. What keeps an arm from running becomes its `unseen`; if none
 * runs, the whole is unavailable.
 */
export async function makeProbe(
  prober: Prober,
  request: ProbeRequest,
  occasion: Occasion,
  reader: ClusterReader,
  signal: AbortSignal,
): Promise<Observation> {
  const maker = makers.find(({ id }) => id === request.probe);
  if (maker === undefined || !isProbeId(request.probe))
    return unavailable('rejected', `this worker knows no probe ${request.probe}`);
  const attempts = attemptsLeft(request.attempts, request.from.length, occasion.made, prober.limits);
  if (attempts === 0)
    return unavailable(
      'rejected',
      `this investigation has made its ${prober.limits.connections} connections`,
    );
  const anyEnabled = request.from.some((from) => prober.enabled.has(placements[from].intrusion));
  const apiServer = anyEnabled ? await apiServerAddresses(reader, inTime(signal)) : [];
  const refuse = [...prober.refuse, ...apiServer];
  const placed = await Promise.all(
    request.from.map((from) =>
      settle(from, () =>
        prepare(prober, maker, request, { from, attempts, refuse }, occasion, reader, inTime(signal)),
      ),
    ),
  );
  const ready = placed.filter((one) => 'task' in one);
  const refused = placed.filter((one) => 'why' in one);
  for (const { from, place, task } of ready)
    prober.audit({
      probe: request.probe,
      from,
      place,
      targets: task.targets.map(({ host, port }) => (port === undefined ? host : `${host}:${port}`)),
      attempts: task.attempts,
      investigation: occasion.investigation,
      target: `${occasion.target.service}.${occasion.target.namespace}`,
      requester: occasion.requester,
    });
  const arms = await name(prober, request, occasion, ready, signal);
  const ran = await Promise.all(
    arms.map(({ from, arm }) =>
      settle(from, async () => ({ from, result: await runArm(arm, prober.launcher, signal) })),
    ),
  );
  return conclude(
    request,
    ran.filter((one) => 'result' in one),
    [...refused, ...ran.filter((one) => 'why' in one)],
  );
}

/** Finding out where to and from takes a few looks at the cluster. */
function inTime(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(prepareWithinMs)]);
}

async function settle<T extends object>(from: Placement, act: () => Promise<T>): Promise<T | Unseen> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof CannotLook) return { from, why: error.why };
    throw error;
  }
}

async function prepare(
  prober: Prober,
  maker: ProbeMaker,
  request: ProbeRequest,
  arm: { readonly from: Placement; readonly attempts: number; readonly refuse: readonly string[] },
  { target }: Occasion,
  cluster: ClusterReader,
  signal: AbortSignal,
): Promise<Placed> {
  const { from } = arm;
  checkEnabled(from, prober.enabled);
  const place = await findPlace(from, target, cluster, signal);
  const asked: Asked = { target, params: request.params, attempts: arm.attempts, place, cluster, signal };
  const draft = await maker.draft(asked);
  const attempts = draft.attempts ?? arm.attempts;
  const { timeout } = draft;
  const pace = paceOf(probes[maker.id].pace, request.from.length, prober.limits);
  const together = request.from.length > 1;
  const task: ProbeTask = {
    version: 1,
    kind: draft.kind,
    targets: [...draft.targets],
    attempts,
    first: request.first,
    pace,
    concurrency: concurrencyOf(pace, timeout),
    timeout,
    deadline: deadlineOf({ attempts, pace, timeout }, draft.waits ?? 0, together ? startTogetherMs : 0),
    ...(together && { startAt: Date.now() + startTogetherMs }),
    refuse: [...arm.refuse],
    allow: [...prober.allow],
    options: draft.options ?? {},
  };
  return { from, place, task };
}

/**
 * Names the arms, so that a worker that goes on after another died finds what is running already: all of it, or none,
 * because arms are compared only if they run at the same time.
 */
async function name(
  { launcher }: Prober,
  request: ProbeRequest,
  { investigation, requester }: Occasion,
  placed: readonly Placed[],
  signal: AbortSignal,
): Promise<readonly { readonly from: Placement; readonly arm: Arm }[]> {
  for (let turn = 1; ; turn++) {
    const arms = placed.map(({ from, place, task }) => ({
      from,
      arm: {
        name: `netcheck-probe-${hash(investigation, request.id, from, turn)}`,
        place,
        task,
        asked: {
          'netcheck.dev/investigation': investigation,
          'netcheck.dev/evidence': request.id,
          'netcheck.dev/requester': requester,
        },
      },
    }));
    const there = await Promise.all(
      arms.map(({ arm }) =>
        wasStarted(arm, launcher, signal).catch((error: unknown) => {
          // Whatever keeps it from being read keeps it from being started, which says so.
          if (error instanceof CannotLook) return false;
          throw error;
        }),
      ),
    );
    if (there.every((one) => !one) || there.every((one) => one)) return arms;
    for (const { arm } of arms)
      if (arm.place.kind === 'pod' || arm.place.kind === 'host')
        await removePod(namespaceOf(arm.place, launcher), arm.name, launcher);
  }
}

function hash(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);
}

function conclude(
  request: ProbeRequest,
  ran: readonly { readonly from: Placement; readonly result: ArmResult }[],
  unseen: readonly Unseen[],
): Observation {
  const [first] = unseen;
  if (ran.length === 0 && first !== undefined) return { status: 'unavailable', why: first.why };
  const apart = howFarApart(ran.map(({ result }) => result));
  if (apart !== undefined)
    return unavailable(
      'rejected',
      `the arms ran ${Math.round(apart / 1000)} s apart, so they cannot be compared`,
    );
  const { facts } = probes[request.probe as keyof typeof probes] as Probe;
  const attempts = ran.flatMap(({ from, result }) =>
    result.attempts.map((one) => attemptOf(one, from, request.probe)),
  );
  const found = ran[0]?.result.summary.facts ?? {};
  if (facts !== undefined) return { status: 'observed', samples: 1, facts: only(found, Object.keys(facts)) };
  if (attempts.length === 0)
    return unavailable('no-data', ran[0]?.result.summary.notes[0] ?? 'no attempt came to an end');
  return {
    status: 'observed',
    samples: attempts.length,
    attempts,
    ...(unseen.length > 0 && { unseen: [...unseen] }),
  };
}

/** Milliseconds between arms that did not run at the same time for at least half of the shortest; else undefined. */
function howFarApart(results: readonly ArmResult[]): number | undefined {
  const spans = results
    .filter(({ attempts }) => attempts.length > 0)
    .map(({ attempts }) => {
      const starts = attempts.map(({ at }) => at);
      return { from: starts.reduce((a, b) => Math.min(a, b)), to: starts.reduce((a, b) => Math.max(a, b)) };
    });
  if (spans.length < 2) return undefined;
  const from = Math.max(...spans.map((one) => one.from));
  const to = Math.min(...spans.map((one) => one.to));
  const shortest = Math.min(...spans.map((one) => one.to - one.from));
  // Arms of a second or two begin together or a moment apart, and nothing changes in that time.
  return to - from >= shortest / 2 || from - to < startTogetherMs ? undefined : from - to;
}

function attemptOf(attempt: ProbeAttempt, from: Placement, probe: string): Attempt {
  const { n, to, ok, ms, error, sourcePort, labels = {} } = attempt;
  const all = { ...(sourcePort !== undefined && { source_port: String(sourcePort) }), ...labels };
  const wanted: readonly string[] = isProbeId(probe) ? probes[probe].labels : [];
  return {
    n,
    from,
    to,
    ok,
    seconds: ms / 1000,
    ...(error !== undefined && { error }),
    labels: only(all, wanted),
  };
}

function only<T>(all: Readonly<Record<string, T>>, wanted: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([key]) => wanted.includes(key)));
}

/** The API server's own addresses; where they may not be read, the rules for destinations must do. */
async function apiServerAddresses(cluster: ClusterReader, signal: AbortSignal): Promise<readonly string[]> {
  try {
    const [services, slices] = await Promise.all([
      cluster.list('services', { namespace: 'default' }, signal),
      cluster.list(
        'endpointslices',
        { namespace: 'default', labelSelector: 'kubernetes.io/service-name=kubernetes' },
        signal,
      ),
    ]);
    const own = services.find(({ metadata }) => metadata.name === 'kubernetes')?.spec.clusterIP;
    const behind = slices.flatMap(({ endpoints }) => (endpoints ?? []).flatMap(({ addresses }) => addresses));
    return [...(own === undefined || own === 'None' ? [] : [own]), ...behind];
  } catch (error) {
    if (error instanceof CannotLook) return [];
    throw error;
  }
}
