import { isIP } from 'node:net';
import { unavailable, type EvidenceRequest, type Observation } from '../../core/evidence.ts';
import { mostConnections, mostTargets, ProbeTask, type ProbeTarget } from '../../core/probe-task.ts';
import { isProbeId, probes, type Placement } from '../../core/probes.ts';
import type { Target } from '../../core/target.ts';
import { CannotLook, type ClusterReader } from '../ports.ts';
import { Cannot } from '../../prober/cannot.ts';
import { addressAndPort, Guard } from '../../prober/guard.ts';
import { apiServerAddresses } from './api-server.ts';
import { removeArm, runArm, type Launcher } from './arm.ts';
import { conclude, type Unseen } from './conclude.ts';
import { proxyOption, type Asked, type ProbeMaker } from './draft.ts';
import { concurrencyOf, deadlineOf, paceOf, startSeconds, startTogetherMs, type Limits } from './limits.ts';
import { makers } from './makers/index.ts';
import { nameArms } from './named-arms.ts';
import type { ArmResult } from './output.ts';
import { checkEnabled, clientOf, findPlaces, type Enabled, type Place } from './place.ts';

export type ProbeRequest = Extract<EvidenceRequest, { source: 'probe' }>;

/** Whose investigation a probe belongs to. */
export interface Occasion {
  readonly investigation: string;
  readonly target: Target;
  /** Who asked, for the audit log. */
  readonly requester: string;
  /** Takes so many connections of those that it may make; answers how many it may have. */
  reserve(connections: number): Promise<number>;
}

/** Makes probes in one cluster, within what whoever installed netcheck allows. */
export interface Prober {
  readonly launcher: Launcher;
  readonly enabled: Enabled;
  readonly limits: Limits;
  /** Networks (CIDR) that are refused, and that are allowed although they are. */
  readonly refuse: readonly string[];
  readonly allow: readonly string[];
  /** Where this worker reaches the API server. */
  readonly apiServer?: { readonly host: string; readonly port: number };
  /** Says who probes what from where, before anything is sent. */
  audit(entry: Readonly<Record<string, unknown>>): void;
}

const prepareWithinMs = 10_000;

interface Found {
  readonly from: Placement;
  readonly place: Place;
}

interface Placed extends Found {
  readonly task: ProbeTask;
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
  const sought = await Promise.all(
    request.from.map((from) => settle(from, () => find(prober, from, occasion, reader, inTime(signal)))),
  );
  const places = sought.flatMap((one) => ('why' in one ? [] : one));
  const nowhere = sought.filter((one) => 'why' in one);
  if (places.length === 0) return conclude(maker.id, [], nowhere);
  const wanted = Math.min(request.attempts, mostConnections) * places.length;
  const attempts = Math.floor((await occasion.reserve(wanted)) / places.length);
  if (attempts === 0)
    return unavailable('rejected', 'this investigation has made all the connections that it may make');
  const apiServer = await apiServerAddresses(reader, inTime(signal));
  const common = { attempts, apiServer, arms: places.length };
  const placed = await Promise.all(
    places.map((one) =>
      settle(one.from, () =>
        prepare(prober, maker, request, { ...one, ...common }, occasion, reader, inTime(signal)),
      ),
    ),
  );
  const ready = placed.filter((one) => 'task' in one);
  const refused = [...nowhere, ...placed.filter((one) => 'why' in one)];
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
  const asked = {
    'netcheck.dev/investigation': occasion.investigation,
    'netcheck.dev/evidence': request.id,
    'netcheck.dev/requester': occasion.requester,
  };
  const arms = await nameArms(
    ready.map((one) => ({ ...one, asked })),
    { investigation: occasion.investigation, evidence: request.id },
    prober.launcher,
    signal,
  );
  const ran = await Promise.all(
    arms.map((arm) =>
      settle(arm.from, async () => ({
        from: arm.from,
        client: clientOf(arm.place),
        result: attempted(await runArm(arm, prober.launcher, signal)),
      })),
    ),
  );
  // Not one by one: whoever else is at the same probe finds all of its arms, or none.
  await Promise.all(arms.map((arm) => removeArm(arm, prober.launcher)));
  return conclude(
    maker.id,
    ran.filter((one) => 'result' in one),
    [...refused, ...ran.filter((one) => 'why' in one)],
  );
}

/** An arm that made no attempt, and yields no facts, did not look. */
function attempted(result: ArmResult): ArmResult {
  const { attempts, summary } = result;
  if (attempts.length > 0 || (summary.ended === 'complete' && Object.keys(summary.facts).length > 0))
    return result;
  const [note = 'it ended before the first attempt'] = summary.notes;
  throw new CannotLook({ reason: 'no-data', detail: `no attempt was made: ${note}` });
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

async function find(
  { enabled }: Prober,
  from: Placement,
  { target }: Occasion,
  cluster: ClusterReader,
  signal: AbortSignal,
): Promise<readonly Found[]> {
  checkEnabled(from, enabled);
  return (await findPlaces(from, target, cluster, signal)).map((place) => ({ from, place }));
}

async function prepare(
  prober: Prober,
  maker: ProbeMaker,
  request: ProbeRequest,
  arm: Found & {
    readonly attempts: number;
    readonly apiServer: readonly string[];
    /** How many there are. */
    readonly arms: number;
  },
  { target }: Occasion,
  cluster: ClusterReader,
  signal: AbortSignal,
): Promise<Placed> {
  const { from, place } = arm;
  const { params } = request;
  const made = { attempts: arm.attempts, first: request.first };
  const asked: Asked = { target, params, ...made, place, cluster, signal };
  const draft = await maker.draft(asked);
  const attempts = draft.attempts ?? arm.attempts;
  const { timeout } = draft;
  const pace = paceOf(probes[maker.id].pace, arm.arms, prober.limits);
  const together = arm.arms > 1;
  const wait = together ? startTogetherMs : 0;
  const rules = {
    refuse: [...prober.refuse],
    allow: [...prober.allow],
    apiServer: [...arm.apiServer, ...addressIn(prober.apiServer)],
  };
  const task = ProbeTask.safeParse({
    version: 1,
    kind: draft.kind,
    targets: allowed(draft.targets, new Guard(rules), prober.apiServer),
    attempts,
    first: request.first,
    pace,
    concurrency: concurrencyOf(pace, timeout),
    timeout,
    deadline: deadlineOf({ attempts, pace, timeout }, draft.waits ?? 0, wait),
    ...(together && { startAt: Date.now() + wait }),
    notAfter: Date.now() + 2 * startSeconds * 1000,
    ...rules,
    options: { ...draft.options, ...proxyOption(place) },
  } satisfies ProbeTask);
  if (task.success) return { from, place, task: task.data };
  const [first] = task.error.issues;
  throw new CannotLook({
    reason: 'rejected',
    detail: `${maker.id} cannot be made so: ${first?.path.join('.') ?? ''}: ${first?.message ?? ''}`,
  });
}

function addressIn(apiServer: Prober['apiServer']): string[] {
  return apiServer === undefined || isIP(apiServer.host) === 0
    ? []
    : [addressAndPort(apiServer.host, apiServer.port)];
}

/** Those that may be probed, at most as many as a task takes, evenly chosen; CannotLook if none may. */
function allowed(
  targets: readonly ProbeTarget[],
  guard: Guard,
  apiServer: Prober['apiServer'],
): ProbeTarget[] {
  let refusal: Cannot | undefined;
  const kept = targets.filter(({ host, port }) => {
    try {
      if (isIP(host) !== 0) guard.check(host, host, port);
      else if (host.replace(/\.$/, '') === apiServer?.host && port === apiServer.port)
        throw new Cannot('rejected', `${host} is the API server: netcheck does not probe it`);
      return true;
    } catch (error) {
      if (!(error instanceof Cannot)) throw error;
      refusal = error;
      return false;
    }
  });
  if (kept.length === 0 && refusal !== undefined)
    throw new CannotLook({ reason: 'rejected', detail: refusal.message });
  const step = Math.max(1, kept.length / mostTargets);
  return kept.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));
}
