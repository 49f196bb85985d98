import type { Job, Queue } from 'bullmq';
import { RemediateJob, remediateOptions } from '../core/jobs.ts';
import { versionOf, type Change, type Operation } from '../core/remediation/change.ts';
import type { RemediationEvent } from '../core/remediation/advance.ts';
import type { Outcome } from '../core/remediation/outcome.ts';
import { netcheck, takesItselfBack, type Preview, type Remediation } from '../core/remediation/state.ts';
import type { RemediationRecords } from '../platform/remediation-records.ts';
import { carryOut } from './carry-out.ts';
import { firstLine } from './investigation-store.ts';
import { CannotLook, type ClusterReader, type ClusterWriter } from './ports.ts';
import { objectsOf, plan, previewOf, previewPlanned, whyOf } from './plan-change.ts';
import { digestOf, stateOf, undoOf } from './remediations/index.ts';
import type { Planned } from './remediations/remediation.ts';
import { rolledOut } from './rollout.ts';
import { concludeTrial, measureBaseline, measureTreated } from './trial.ts';
import { Turn } from './turn.ts';
import { verify, type Verifier } from './verify.ts';

export interface Remediator extends Verifier {
  readonly records: RemediationRecords;
  readonly reader: ClusterReader;
  readonly writer: ClusterWriter;
  /** Its own queue: the end of a trial is a job in it before the trial begins. */
  readonly remediate: Queue;
  /** How long one request may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Keeps what the cause did before a change and after it, for a picture; fails never. */
  readonly keepCourse: (remediation: Remediation) => Promise<void>;
}

/** After a proposal has expired its approval is still carried out for this long, in milliseconds; then nobody expects it. */
const lateMs = 15 * 60_000;
const rolloutPatienceMs = 5 * 60_000;

const takeBackEvent = { kind: 'undo', by: netcheck } as const;

/** Jobs of the remediation queue; see RemediateJob. Each bears being done again, from wherever an earlier run died. */
export async function remediate(remediator: Remediator, job: Job): Promise<Preview | undefined> {
  const { proposal } = RemediateJob.parse(job.data);
  switch (job.name) {
    case 'preview':
      return preview(remediator, proposal);
    case 'revert':
      // Its time is over, whatever is still being looked at; only what is being written is written first.
      if ('refused' in (await remediator.records.take(proposal, takeBackEvent)))
        await carryOn(remediator, proposal);
      await remediator.records.take(proposal, takeBackEvent);
  }
  await carryOn(remediator, proposal);
  return undefined;
}

/** A bug stopped it, again and again. What was under way may have been done: people are told so. */
export async function giveUp({ records, remediate }: Remediator, job: Job, error: Error): Promise<void> {
  const parsed = RemediateJob.safeParse(job.data);
  if (!parsed.success || (job.opts.attempts ?? 1) > job.attemptsMade) return;
  const why = `netcheck could not go on: ${firstLine(error)}`;
  const { proposal } = parsed.data;
  for (const kind of ['lose-track', 'undo-failed', 'fail'] as const)
    if ('next' in (await records.take(proposal, { kind, why }))) return;
  const outcome: Outcome = { kind: 'cannot-tell', reason: why, compared: [], sideEffects: [] };
  const taken = await records.take(proposal, { kind: 'verified', outcome });
  // It may have to be taken back, which another job does.
  if ('next' in taken) await remediate.add('carry-on', parsed.data, remediateOptions);
}

async function preview(remediator: Remediator, id: string): Promise<Preview> {
  const stored = await remediator.records.read(id);
  if (stored === undefined)
    return { kind: 'refused', at: Date.now(), why: 'this proposal is no longer known' };
  const shown = await previewOf(remediator, stored);
  await remediator.records.takeFrom(stored, { kind: 'previewed', preview: shown });
  return shown;
}

/** One of the runs that may be at one change. */
type Run = Pick<Parameters<typeof carryOut>[1], 'isFirst'> & { readonly turn: Turn };

/** Takes a proposal on until somebody else has to do something. */
async function carryOn(remediator: Remediator, id: string): Promise<void> {
  const { records } = remediator;
  const first = await records.read(id);
  // An earlier run may have died before it could tell of what it did.
  if (first !== undefined) await records.tellAgain(first);
  let begunHere = false;
  for (;;) {
    const now = await records.read(id);
    if (now === undefined) return;
    const run: Run = { isFirst: begunHere, turn: new Turn(records, now) };
    const event = await nextEvent(remediator, now, run);
    if (event === undefined) return;
    const isTaken = await records.takeFrom(now, event);
    if (now.state.step === 'applying') await run.turn.signOut();
    begunHere = isTaken && event.kind === 'begin';
  }
}

/** What the remediator makes happen to a proposal as it is; undefined where it is not its turn. */
async function nextEvent(
  remediator: Remediator,
  now: Remediation,
  run: Run,
): Promise<RemediationEvent | undefined> {
  const { state } = now;
  switch (state.step) {
    case 'approved':
      return begin(remediator, now);
    case 'applying':
      return apply(remediator, now, state.change, run);
    case 'applied':
      return judge(remediator, now, state.change);
    case 'verified':
      return takesItselfBack(now) ? takeBackEvent : undefined;
    case 'undoing':
      return takeBack(remediator, now, state.change);
    case 'failed': {
      const { tried } = state;
      return tried === undefined
        ? undefined
        : lookAgain(remediator, () => Promise.resolve(tried.change.operations), 'applied');
    }
    case 'unknown':
      return lookAgain(remediator, () => Promise.resolve(state.change.operations), 'applied');
    case 'undo-failed':
      return lookAgain(remediator, () => undoOf(state.change, objectsOf(remediator)), 'undone');
    case 'proposed':
    case 'dismissed':
    case 'withdrawn':
    case 'undone':
      return undefined;
  }
}

/**
 * Whether what was thought to have failed was done after all: by a write that was late, or by another run of the same
 * job that was thought to be dead. What was said then is put right.
 */
async function lookAgain(
  remediator: Remediator,
  written: () => Promise<readonly Operation[]>,
  kind: 'applied' | 'undone',
): Promise<RemediationEvent | undefined> {
  const objects = objectsOf(remediator);
  try {
    const operations = await written();
    const states = await Promise.all(operations.map((operation) => stateOf(operation, objects)));
    return operations.length > 0 && states.every((state) => state === 'done') ? { kind } : undefined;
  } catch (error) {
    if (error instanceof CannotLook) return undefined;
    throw error;
  }
}

/** Plans the change anew. It must be the one that was approved, of objects that are as they were shown. */
async function begin(remediator: Remediator, now: Remediation): Promise<RemediationEvent> {
  const minutes = lateMs / 60_000;
  if (Date.now() > now.expiresAt + lateMs)
    return {
      kind: 'fail',
      why: `nobody carried it out within ${minutes} min of its end, so nothing was done`,
    };
  // What takes its time comes first: between the dry run and the write there is none to spare.
  if (now.proposal.trial !== undefined) await prepareTrial(remediator, now, now.proposal.trial.seconds);
  try {
    const planned = await plan(remediator, now);
    if ('done' in planned) return { kind: 'fail', why: `nothing was left to do: ${planned.done}` };
    if ('impossible' in planned) return { kind: 'fail', why: planned.impossible };
    const shown = await previewPlanned(remediator, planned);
    if (now.preview?.kind === 'change' && shown.kind === 'change' && shown.basis === now.preview.basis)
      return { kind: 'begin', change: withVersions(planned), diff: shown.diff };
    if (shown.kind !== 'change') return { kind: 'fail', why: shown.why };
    return {
      kind: 'outdated',
      preview: shown,
      note: `${shown.objects.join(', ')} changed after the preview that was approved, so nothing was done. Look at the new preview.`,
    };
  } catch (error) {
    return { kind: 'fail', why: whyOf(error) };
  }
}

/** Each patch remembers what the object was like that it is for. */
function withVersions({ change, before }: Extract<Planned, { change: unknown }>): Change {
  const operations = change.operations.map((operation) => {
    const object =
      operation.do === 'patch' ? before.find(({ metadata }) => metadata.uid === operation.uid) : undefined;
    return object === undefined
      ? operation
      : { ...operation, version: versionOf(object), digest: digestOf(object) };
  });
  return { ...change, operations };
}

/** The end of a trial is stored before it begins: whoever dies in between, another one takes the change back. */
async function prepareTrial(remediator: Remediator, now: Remediation, seconds: number): Promise<void> {
  const { id } = now.proposal;
  await measureBaseline(remediator, now);
  const job: RemediateJob = { proposal: id };
  const options = { delay: seconds * 1000, jobId: `${id}-revert-${now.revision}`, ...remediateOptions };
  await remediator.remediate.add('revert', job, options);
}

async function apply(
  remediator: Remediator,
  now: Remediation,
  change: Change,
  run: Run,
): Promise<RemediationEvent> {
  const done = await carryOut(change.operations, { ...carryingTools(remediator), ...run });
  switch (done.kind) {
    case 'nothing-done':
      return { kind: 'fail', why: done.why };
    case 'unsure':
      return { kind: 'lose-track', why: done.why };
    case 'done':
      await note(remediator, now, 'NetcheckApplied', 'applied');
      return { kind: 'applied' };
  }
}

async function judge(
  remediator: Remediator,
  now: Remediation,
  change: Change,
): Promise<RemediationEvent | undefined> {
  const late = await rolledOut(change, objectsOf(remediator), rolloutPatienceMs);
  const isStillSo = async (): Promise<boolean> =>
    (await remediator.records.revision(now.proposal.id)) === now.revision;
  const outcome =
    now.proposal.trial === undefined
      ? await verify(remediator, now, isStillSo)
      : await measureTreated(remediator, now);
  if (outcome === undefined || !(await isStillSo())) return undefined;
  await remediator.keepCourse(now);
  const reason = late === undefined ? outcome.reason : `${outcome.reason} The rollout is not over: ${late}.`;
  return { kind: 'verified', outcome: { ...outcome, reason } };
}

async function takeBack(remediator: Remediator, now: Remediation, change: Change): Promise<RemediationEvent> {
  const why = await undo(remediator, change);
  if (why !== undefined) return { kind: 'undo-failed', why };
  await note(remediator, now, 'NetcheckUndone', 'took back');
  if (now.proposal.trial !== undefined) {
    await rolledOut(change, objectsOf(remediator), rolloutPatienceMs);
    await concludeTrial(remediator, now);
  }
  return { kind: 'undone' };
}

/** Why it could not be undone, if it could not. */
async function undo(remediator: Remediator, change: Change): Promise<string | undefined> {
  try {
    const operations = await undoOf(change, objectsOf(remediator));
    const tools = { ...carryingTools(remediator), isFirst: true, turn: undefined };
    const done = await carryOut(operations, tools);
    return done.kind === 'done' ? undefined : done.why;
  } catch (error) {
    return whyOf(error);
  }
}

/** A trace on the objects themselves, for those who look there. It is a courtesy: without it the change is made all the same. */
async function note(
  { writer, timeoutMs }: Remediator,
  now: Remediation,
  reason: string,
  verb: string,
): Promise<void> {
  const { state, proposal, approvals } = now;
  if (!('change' in state)) return;
  const who = approvals.map(({ by }) => by.name).join(', ');
  const message = `netcheck ${verb} ${proposal.remediation} (${proposal.id}), approved by ${who}`;
  await Promise.all(
    state.change.operations.map(async (operation) => {
      const uid = 'uid' in operation ? operation.uid : undefined;
      if (uid === undefined) return;
      const about = { object: operation.object, uid, reason, message };
      await writer.note(about, AbortSignal.timeout(timeoutMs)).catch((error: unknown) => {
        if (!(error instanceof CannotLook)) throw error;
      });
    }),
  );
}

function carryingTools(remediator: Remediator): Omit<Parameters<typeof carryOut>[1], keyof Run> {
  const { writer, timeoutMs, patienceMs } = remediator;
  return { writer, objects: objectsOf(remediator), timeoutMs, patienceMs };
}
