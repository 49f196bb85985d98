import { nameOfObject, type KubeObject } from '../core/remediation/change.ts';
import type { Preview, Remediation } from '../core/remediation/state.ts';
import { firstLine } from './investigation-store.ts';
import { CannotLook, type ClusterReader, type ClusterWriter } from './ports.ts';
import { basisOf, diffOf, planChange } from './remediations/index.ts';
import type { Objects, Planned } from './remediations/remediation.ts';

interface Tools {
  readonly reader: ClusterReader;
  readonly writer: ClusterWriter;
  /** How long one request may take, in milliseconds. */
  readonly timeoutMs: number;
}

/** What a dry run says that the change would do. */
export async function previewOf(tools: Tools, now: Remediation): Promise<Preview> {
  const at = Date.now();
  try {
    const planned = await plan(tools, now);
    if ('done' in planned) return { kind: 'none', at, why: planned.done };
    if ('impossible' in planned) return { kind: 'refused', at, why: planned.impossible };
    return await previewPlanned(tools, planned);
  } catch (error) {
    return { kind: 'refused', at, why: whyOf(error) };
  }
}

/** The same of a change that is planned already. */
export async function previewPlanned(
  { writer, timeoutMs }: Pick<Tools, 'writer' | 'timeoutMs'>,
  planned: Extract<Planned, { change: unknown }>,
): Promise<Preview> {
  const { change, before } = planned;
  const after: (KubeObject | undefined)[] = [];
  const held: string[] = [];
  for (const operation of change.operations) {
    const asked = writer.write(operation, { dryRun: true }, AbortSignal.timeout(timeoutMs));
    after.push(
      await asked.catch((error: unknown) => {
        // A disruption budget that does not let a pod go now may do so later.
        const isHeld = error instanceof CannotLook && error.wasTurnedAway && operation.do === 'evict';
        if (!isHeld) throw error;
        held.push(`${nameOfObject(operation.object)} is held by a disruption budget just now`);
        return undefined;
      }),
    );
  }
  return {
    kind: 'change',
    at: Date.now(),
    basis: basisOf(planned),
    objects: [...new Set(change.operations.map(({ object }) => nameOfObject(object)))],
    diff: diffOf(change, before, after),
    effects: [...change.effects, ...held],
    ...(change.lasting !== undefined && { lasting: change.lasting }),
  };
}

/** The change as it would be made of the objects that are there now. */
export function plan(tools: Tools, { proposal, trail, expiresAt }: Remediation): Promise<Planned> {
  const at = new Date(trail[0]?.at ?? expiresAt);
  return planChange(proposal, at, objectsOf(tools));
}

export function objectsOf({ reader, writer, timeoutMs }: Tools): Objects {
  return {
    read: (object) => writer.read(object, AbortSignal.timeout(timeoutMs)),
    list: (kind, options) => reader.list(kind, options, AbortSignal.timeout(timeoutMs)),
  };
}

/** What the API server refused, in its words; of a bug the first line. */
export function whyOf(error: unknown): string {
  if (error instanceof CannotLook) return error.why.detail;
  return `netcheck could not go on: ${firstLine(error as Error)}`;
}
