import { isIP } from 'node:net';
import { WaitingChildrenError, type Job, type Queue } from 'bullmq';
import { costOf } from '../core/cost.ts';
import type { Evidence, EvidenceRequest, Window } from '../core/evidence.ts';
import { GatherJob, InvestigateJob, type Settled } from '../core/jobs.ts';
import { nextStep } from '../core/next-step.ts';
import { planFor, type Plan } from '../core/plan.ts';
import type { Probing } from '../core/progress.ts';
import { buildReport, type Report } from '../core/report.ts';
import type { Target } from '../core/target.ts';
import { collect, type Sources } from './collect.ts';
import { crashed, firstLine, type InvestigationStore } from './investigation-store.ts';
import type { PlaybookVersions } from './playbook-versions.ts';
import { CannotLook, type ClusterReader } from './ports.ts';
import { makeProbe, type Prober } from './probes/prober.ts';
import { resolve } from './resolve.ts';

export interface Investigator {
  readonly playbooks: PlaybookVersions;
  readonly sources: Sources;
  readonly prober: Prober;
  /** That the probes of one investigation may make. */
  readonly mostConnections: number;
  readonly store: InvestigationStore;
  readonly gatherQueue: Queue;
  /** Probes have a queue of their own, as few of them run at once in a cluster. */
  readonly probeQueue: Queue;
}

const playbooksLost =
  'The playbooks changed while it ran, and this worker cannot read those that it began with. Ask again.';

type Head = Pick<InvestigateJob, 'id' | 'request' | 'only' | 'effort'> & { readonly startedAt: number };

/** How often a look that is under way asks whether it is still wanted, in milliseconds. */
const askEveryMs = 1000;

/**
 * The parent job of an investigation. It runs again each time its children are done, and after any crash: all it knows
 * is in the store, so each run finds out anew what is left to do.
 */
export async function investigate(
  investigator: Investigator,
  job: Job,
  token: string | undefined,
): Promise<void> {
  const { store, playbooks } = investigator;
  const head = headOf(InvestigateJob.parse(job.data));
  if (head.only === undefined) await store.remember(head.id, head.startedAt);
  await store.publish(head, { phase: 'queued' });

  const { requester } = InvestigateJob.parse(job.data);
  const settled = (await store.settled(head.id)) ?? (await settle(investigator, head, requester));
  if (settled === undefined) return;
  const library = await playbooks.find(settled.playbooks);
  if (library === undefined) return store.publish(head, { phase: 'failed', why: playbooksLost });
  const planned = planFor(library, head.request.symptom, settled);

  for (;;) {
    const evidence = await store.evidence(head.id);
    if (await store.isCancelled(head.id)) return store.publish(head, { phase: 'cancelled' });
    const step = nextStep(planned, evidence);
    const report = reportOf(head, settled, planned, evidence);
    if (step.kind === 'done') return store.publish(head, { phase: 'ended', report });

    if (await fillGaps(store, job, step.requests)) continue;
    const probing = probingOf(step.requests);
    await store.publish(
      head,
      {
        phase: 'gathering',
        report,
        total: evidence.size + step.requests.length,
        ...(probing !== undefined && { probing }),
      },
      evidence.size + 1,
    );
    await enqueue(investigator, job, head.id, step.requests);
    if (await job.moveToWaitingChildren(token ?? '')) throw new WaitingChildrenError();
  }
}

/** The end of an investigation whose job failed: only a bug does that, and nobody may be left waiting for it. */
export async function giveUp({ store }: Investigator, job: Job, error: Error): Promise<void> {
  const parsed = InvestigateJob.safeParse(job.data);
  if (!parsed.success) return;
  const why = `netcheck could not go on: ${firstLine(error)}`;
  await store.publish(headOf(parsed.data), { phase: 'failed', why });
}

/** A child job: one look, whose evidence and what it makes of the hypotheses are there for all to see at once. */
export async function gather(
  investigator: Investigator,
  job: Job,
  tell: (investigation: string) => Promise<void>,
): Promise<void> {
  const { sources, prober, store, mostConnections } = investigator;
  const { investigation: id, request } = GatherJob.parse(job.data);
  const settled = await store.settled(id);
  if (settled === undefined || (await store.isCancelled(id))) return;
  // A job can come a second time, after a crash or an outage: what is known is not looked at again.
  if ((await store.evidence(id)).has(request.id)) return;
  const { target, requester } = settled;
  const reserve = (wanted: number): Promise<number> => store.reserve(id, wanted, mostConnections);
  const occasion = { investigation: id, target, requester, reserve };
  const cancelled = await whileWanted(store, id, (signal) =>
    collect(request, sources, (asked) => makeProbe(prober, asked, occasion, sources.cluster, signal)).then(
      (found) => store.addEvidence(id, found),
    ),
  );
  if (!cancelled) await tell(id);
}

/** What the evidence makes of all hypotheses, for all to see: longer than a look, so not worth it for each that ends at once. */
export async function tellProgress({ store, playbooks }: Investigator, id: string): Promise<void> {
  const [settled, investigation, evidence] = await Promise.all([
    store.settled(id),
    store.read(id),
    store.evidence(id),
  ]);
  if (settled === undefined || investigation === undefined) return;
  const library = await playbooks.find(settled.playbooks);
  if (library === undefined) return;
  const planned = planFor(library, investigation.request.symptom, settled);
  const report = reportOf(investigation, settled, planned, evidence);
  const { progress } = investigation;
  const probing = progress.phase === 'gathering' ? progress.probing : undefined;
  await store.publish(
    investigation,
    {
      phase: 'gathering',
      report,
      total: planned.requests.length,
      ...(probing !== undefined && { probing }),
    },
    evidence.size + 1,
  );
}

/** What people are told while nothing comes in. */
function probingOf(requests: readonly EvidenceRequest[]): Probing | undefined {
  const probes = requests.filter(({ source }) => source === 'probe');
  if (probes.length === 0) return undefined;
  return {
    titles: probes.map(({ title }) => title),
    seconds: Math.max(...probes.map((request) => costOf(request).seconds)),
  };
}

/** Does something that ends when the investigation is cancelled; whether it was. */
async function whileWanted(
  store: InvestigationStore,
  id: string,
  act: (signal: AbortSignal) => Promise<void>,
): Promise<boolean> {
  const cancelled = new AbortController();
  const asking = setInterval(() => {
    store.isCancelled(id).then(
      (is) => {
        if (is) cancelled.abort();
      },
      // Redis is away: it is asked again.
      () => undefined,
    );
  }, askEveryMs);
  try {
    await act(cancelled.signal);
    return cancelled.signal.aborted;
  } finally {
    clearInterval(asking);
  }
}

function headOf({ id, request, requestedAt, only, effort }: InvestigateJob): Head {
  return { id, request, startedAt: requestedAt, only, effort };
}

function reportOf(
  head: Head,
  { target }: Settled,
  planned: Plan,
  evidence: ReadonlyMap<string, Evidence>,
): Report {
  const { id, request, startedAt } = head;
  return buildReport(
    { id, target, symptom: request.symptom, plan: planned, startedAt },
    evidence,
    Date.now(),
  );
}

/** Finds the target, or ends the investigation with why there is none. */
async function settle(
  { sources, store, playbooks }: Investigator,
  head: Head,
  requester: string,
): Promise<Settled | undefined> {
  try {
    const resolved = await findTarget(head, sources.cluster, sources.timeoutMs);
    switch (resolved.kind) {
      case 'target':
        return await store.settle(head.id, {
          target: await withFarEnd(resolved.target, head, sources),
          requester,
          window: windowOf(head),
          playbooks: await playbooks.keep(),
          only: head.only,
          effort: head.effort,
        });
      case 'which':
        await store.publish(head, { phase: 'which', candidates: [...resolved.candidates] });
        return undefined;
      case 'not-found':
        await store.publish(head, { phase: 'not-found', nearest: [...resolved.nearest] });
        return undefined;
    }
  } catch (error) {
    if (!(error instanceof CannotLook)) throw error;
    await store.publish(head, { phase: 'failed', why: explain(head, error) });
    return undefined;
  }
}

/** The target with the far end that was named; two labels may name a Service, or a host outside. */
async function withFarEnd(
  target: Target,
  { request: { destination } }: Head,
  { cluster, timeoutMs }: Sources,
): Promise<Target> {
  if (destination === undefined) return target;
  const { host, port } = destination;
  const end = { ...target, destination: port === undefined ? host : `${host}:${port}` };
  const [service = '', namespace, ...more] = host.split('.');
  if (namespace === undefined || more.length > 0 || isIP(host) !== 0) return end;
  try {
    const services = await cluster.list('services', { namespace }, AbortSignal.timeout(timeoutMs));
    return { ...end, destinationInCluster: services.some(({ metadata }) => metadata.name === service) };
  } catch (error) {
    if (error instanceof CannotLook) return end;
    throw error;
  }
}

function findTarget(head: Head, cluster: ClusterReader, timeoutMs: number): ReturnType<typeof resolve> {
  return resolve(head.request.subject, cluster, AbortSignal.timeout(timeoutMs));
}

function explain({ request: { subject } }: Head, { why }: CannotLook): string {
  const hint =
    subject.kind === 'named' && subject.namespace === undefined
      ? ` Ask for ${subject.service}.<namespace> and netcheck goes by metrics alone.`
      : '';
  return `Could not look up the Service: ${why.detail}.${hint}`;
}

function windowOf({ request, startedAt }: Head): Window {
  const to = Math.floor(startedAt / 1000);
  return { from: to - request.windowSeconds, to };
}

/** What stands in for looks that ended without evidence; whether there were any. */
async function fillGaps(
  store: InvestigationStore,
  job: Job,
  requests: readonly EvidenceRequest[],
): Promise<boolean> {
  const { id } = InvestigateJob.parse(job.data);
  const [done, failed] = await Promise.all([job.getChildrenValues(), job.getIgnoredChildrenFailures()]);
  const ended = [
    ...Object.entries(failed),
    ...Object.keys(done).map((key): [string, string] => [key, 'its result was lost']),
  ];
  const gaps = requests.flatMap((request) => {
    const end = ended.find(([key]) => key.endsWith(`:${childId(id, request)}`));
    return end === undefined ? [] : [crashed(request, end[1])];
  });
  for (const gap of gaps) await store.addEvidence(id, gap);
  return gaps.length > 0;
}

async function enqueue(
  { gatherQueue, probeQueue }: Investigator,
  job: Job,
  investigation: string,
  requests: readonly EvidenceRequest[],
): Promise<void> {
  const parent = { id: job.id ?? investigation, queue: job.queueQualifiedName };
  const jobFor = (request: EvidenceRequest) => ({
    name: request.source,
    data: { investigation, request } satisfies GatherJob,
    opts: { parent, ignoreDependencyOnFailure: true, jobId: childId(investigation, request) },
  });
  await gatherQueue.addBulk(requests.filter(({ source }) => source !== 'probe').map(jobFor));
  await probeQueue.addBulk(requests.filter(({ source }) => source === 'probe').map(jobFor));
}

/** BullMQ keeps colons for itself; evidence ids are `<cause>/<name>`. */
function childId(investigation: string, { id }: EvidenceRequest): string {
  return `${investigation}-${id.replace('/', '.')}`;
}
