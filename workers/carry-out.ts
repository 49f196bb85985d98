import { setTimeout as sleep } from 'node:timers/promises';
import { nameOfObject, versionOf, type Operation } from '../core/remediation/change.ts';
import { CannotLook, type ClusterWriter } from './ports.ts';
import { digestOf, stateOf } from './remediations/index.ts';
import type { Objects } from './remediations/remediation.ts';
import type { Turn } from './turn.ts';

/** What came of writing: all is done; nothing was; or nobody can be sure, and a person has to look. */
export type CarriedOut =
  | { readonly kind: 'done' }
  | { readonly kind: 'nothing-done'; readonly why: string }
  | { readonly kind: 'unsure'; readonly why: string };

interface Tools {
  readonly writer: ClusterWriter;
  readonly objects: Objects;
  /** How long one request may take, in milliseconds. */
  readonly timeoutMs: number;
  /** How long to try in all, in milliseconds: the API server may be away, a disruption budget may hold a pod. */
  readonly patienceMs: number;
  /** Nobody has begun with these operations before: what is not done was never done, and undone by hand. */
  readonly isFirst: boolean;
  /** Among the runs of one job; none where doing it again by mistake would only undo it again. */
  readonly turn: Turn | undefined;
}

const firstPauseMs = 200;
const longestPauseMs = 5000;

/**
 * Carries operations out, each once: one after another, and then pods off a node side by side, as a disruption budget may
 * hold some of them. Before it writes it asks the cluster what is done already: an earlier run may have died in between,
 * or its answer may have been lost on the way.
 */
export async function carryOut(operations: readonly Operation[], tools: Tools): Promise<CarriedOut> {
  const until = Date.now() + tools.patienceMs;
  const evictions = operations.filter((operation) => operation.do === 'evict');
  const others = operations.filter((operation) => operation.do !== 'evict');
  for (const [index, operation] of others.entries()) {
    const outcome = await carryOutOne(operation, tools, until);
    if (outcome.kind === 'done') {
      tools.turn?.wrote();
      continue;
    }
    return index === 0 ? outcome : { kind: 'unsure', why: outcome.why };
  }
  const outcomes = await Promise.all(evictions.map((eviction) => carryOutOne(eviction, tools, until)));
  const stay = evictions.flatMap(({ object }, index) => {
    const outcome = outcomes[index];
    return outcome === undefined || outcome.kind === 'done'
      ? []
      : [`${nameOfObject(object)}: ${outcome.why}`];
  });
  if (stay.length === 0) return { kind: 'done' };
  const moved = evictions.length - stay.length;
  const why = `${moved} of ${evictions.length} pods were moved. ${stay.slice(0, 3).join(' ')}`;
  const nothing = others.length + moved === 0 && outcomes.every(({ kind }) => kind === 'nothing-done');
  return { kind: nothing ? 'nothing-done' : 'unsure', why };
}

/** What the attempts so far have shown. */
interface Known {
  /** Why the last one failed. */
  why: string;
  /** A write whose answer never came may still arrive at the API server. */
  adrift: boolean;
  /** An earlier run may have written, until the object is seen to be what it was before. */
  earlier: boolean;
  /** Another run may have written, or may be about to. */
  another: boolean;
  /** The version of the object that the API server rejected the write for. */
  rejectedAt: string | undefined;
}

async function carryOutOne(operation: Operation, tools: Tools, until: number): Promise<CarriedOut> {
  const known: Known = {
    why: 'there was no time',
    adrift: false,
    earlier: !tools.isFirst,
    another: false,
    rejectedAt: undefined,
  };
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const step = await stepOf(operation, tools, known);
    if (step === 'done') return { kind: 'done' };
    if (step === 'over' || Date.now() + pauseMs > until)
      return { kind: isUnsure(known) ? 'unsure' : 'nothing-done', why: known.why };
    await sleep(pauseMs);
  }
}

function isUnsure({ adrift, earlier, another }: Known): boolean {
  return adrift || earlier || another;
}

/** Looks, and writes where it is not done. */
async function stepOf(operation: Operation, tools: Tools, known: Known): Promise<'done' | 'again' | 'over'> {
  if (tools.turn !== undefined && !(await tools.turn.signIn())) return 'again';
  try {
    const { state, resourceVersion, version, isOther } = await look(operation, tools.objects);
    if (state === 'done') return 'done';
    if (state === 'not-done' && isOther) {
      known.why = `${nameOfObject(operation.object)} was changed by somebody else after the dry run, so it was left as it is`;
      return 'over';
    }
    const isUntouched = operation.do !== 'patch' || operation.version === version;
    if (state === 'not-done') {
      const may = isUntouched ? 'write' : await mayWriteAgain(tools, known);
      if (isUntouched) known.earlier = false;
      if (may === 'write') return await write(operation, resourceVersion, tools, known);
      known.why = `${nameOfObject(operation.object)} was changed meanwhile, maybe by netcheck and then back by somebody`;
      return may;
    }
    known.why = `${nameOfObject(operation.object)} was changed by somebody else meanwhile, so it was left as it is`;
    return 'over';
  } catch (error) {
    if (!(error instanceof CannotLook)) throw error;
    known.why = error.why.detail;
    return isFinal(error) ? 'over' : 'again';
  }
}

/** Whether an object that was changed since, and that is not done, was certainly never written by netcheck. */
async function mayWriteAgain({ turn }: Tools, known: Known): Promise<'write' | 'again' | 'over'> {
  if (known.adrift || known.earlier) return 'over';
  const whose = (await turn?.whose()) ?? 'mine';
  known.another = whose !== 'mine';
  return whose === 'mine' ? 'write' : whose === 'over' ? 'over' : 'again';
}

async function write(
  operation: Operation,
  resourceVersion: string | undefined,
  { writer, timeoutMs }: Tools,
  known: Known,
): Promise<'done' | 'again' | 'over'> {
  try {
    await writer.write(operation, { dryRun: false, resourceVersion }, AbortSignal.timeout(timeoutMs));
    return 'done';
  } catch (error) {
    if (!(error instanceof CannotLook)) throw error;
    known.why = error.why.detail;
    known.adrift ||= isUncertain(error);
    if (error.why.reason !== 'rejected') return isFinal(error) ? 'over' : 'again';
    // The object may have changed at that moment; rejected once more as it was, it is the change that is not wanted.
    const version = resourceVersion ?? 'none';
    if (known.rejectedAt === version) return 'over';
    known.rejectedAt = version;
    return 'again';
  }
}

/**
 * A patch is made for the very version that was looked at: a remediator that stalled, and that another one has overtaken
 * since, cannot write.
 */
async function look(operation: Operation, objects: Objects): Promise<Looked> {
  if (operation.do !== 'patch') return { state: await stateOf(operation, objects), isOther: false };
  const object = await objects.read(operation.object);
  const { resourceVersion } = object.metadata;
  const isOther = operation.digest !== undefined && operation.digest !== digestOf(object);
  return { state: await stateOf(operation, objects), isOther, resourceVersion, version: versionOf(object) };
}

interface Looked {
  /** It is not what the dry run was of. */
  readonly isOther: boolean;
  readonly state: Awaited<ReturnType<typeof stateOf>>;
  /** Of the object before its state was looked at; none where it is not to be patched. */
  readonly resourceVersion?: string;
  readonly version?: string;
}

/** The API server said no, and will say it again. */
function isFinal({ why }: CannotLook): boolean {
  return why.reason === 'forbidden' || why.reason === 'not-found';
}

/** Whether a write may have gone through although it failed for us. */
function isUncertain({ why, wasTurnedAway }: CannotLook): boolean {
  return !wasTurnedAway && (why.reason === 'timed-out' || why.reason === 'unreachable');
}
