import { isDeepStrictEqual } from 'node:util';
import type { Job } from 'bullmq';
import { ApplyJob, keys, PreviewJob } from '../core/jobs.ts';
import type { Library } from '../core/playbook/library.ts';
import {
  rankOf,
  Remediation,
  type Person,
  type Preview,
  type RemediationStep,
} from '../core/remediation-state.ts';
import type { Proposal } from '../core/remediations.ts';
import type { Documents } from '../platform/documents.ts';
import type { Sources } from './collect.ts';
import { firstLine, type InvestigationStore } from './investigation-store.ts';
import { diffOf, objectName } from './object-diff.ts';
import type { PlaybookVersions } from './playbook-versions.ts';
import { CannotLook, type ClusterWriter, type PatchOperation } from './ports.ts';
import { serviceRemediations } from './remediations/index.ts';
import { PatchableService } from './remediations/service-patch.ts';
import { verify } from './verify.ts';

export interface Remediator {
  readonly playbooks: PlaybookVersions;
  readonly cluster: string;
  readonly documents: Documents;
  readonly store: InvestigationStore;
  readonly sources: Sources;
  readonly writer: ClusterWriter;
}

/** After a proposal has expired its approval is still carried out for this long, in milliseconds; then nobody expects it. */
const lateMs = 15 * 60_000;

/** Jobs of the remediation queue: `preview` answers a Preview, `apply` moves an approved proposal to its end. */
export async function remediate(remediator: Remediator, job: Job): Promise<Preview | undefined> {
  if (job.name === 'preview') return preview(remediator, PreviewJob.parse(job.data).proposal);
  if (job.name === 'apply') await apply(remediator, ApplyJob.parse(job.data).proposal);
  return undefined;
}

async function preview(remediator: Remediator, proposalId: string): Promise<Preview> {
  const stored = await read(remediator, proposalId);
  if (stored === undefined) return { kind: 'refused', why: 'this proposal is no longer known' };
  try {
    const planned = await planChange(remediator, stored.proposal);
    if ('done' in planned) return { kind: 'none', why: planned.done };
    const after = await send(remediator, planned, { dryRun: true });
    await rememberPreview(remediator, proposalId, planned);
    return { kind: 'change', object: objectName(planned.service), diff: diffOf(planned.service, after) };
  } catch (error) {
    if (error instanceof CannotLook) return { kind: 'refused', why: error.why.detail };
    throw error;
  }
}

/**
 * Applies once: the job's id is the proposal's, the patch is guarded by what it was made for, and a run that finds the
 * change made already (because an earlier one died right after making it) goes on to verify it.
 */
async function apply(remediator: Remediator, proposalId: string): Promise<void> {
  const stored = await read(remediator, proposalId);
  if (stored === undefined) return;
  const { state } = stored;
  if (state.step === 'approved' && Date.now() > stored.expiresAt + lateMs) {
    const why = 'it was not carried out in time, so nothing was done. Run netcheck again.';
    return advance(remediator, stored, { step: 'failed', by: state.by, why });
  }
  if (state.step === 'approved') await change(remediator, stored, state.by);
  const changed = await read(remediator, proposalId);
  if (changed?.state.step !== 'applied') return;
  const { by, diff } = changed.state;
  const library = await libraryOf(remediator, changed);
  const outcome = await verify({ library, sources: remediator.sources }, changed);
  await advance(remediator, changed, { step: 'verified', by, diff, outcome });
}

/** What confirmed the cause says whether it is gone; where that is lost, the playbooks of now do. */
async function libraryOf({ store, playbooks }: Remediator, { investigation }: Remediation): Promise<Library> {
  const settled = await store.settled(investigation);
  const begun = settled && (await playbooks.find(settled.playbooks));
  return begun ?? playbooks.current();
}

async function change(remediator: Remediator, stored: Remediation, by: Person): Promise<void> {
  try {
    const planned = await planChange(remediator, stored.proposal);
    const diff = 'done' in planned ? planned.done : await applyPlanned(remediator, stored, planned);
    await advance(remediator, stored, { step: 'applied', by, diff });
  } catch (error) {
    const known = error instanceof CannotLook;
    if (known && (await madeAfterAll(remediator, stored, error))) {
      return advance(remediator, stored, {
        step: 'applied',
        by,
        diff: 'the cluster took it, though its answer was lost',
      });
    }
    const why = known ? error.why.detail : `netcheck could not go on: ${firstLine(error as Error)}`;
    await advance(remediator, stored, { step: 'failed', by, why });
    if (!known) throw error;
  }
}

/** Whether a change whose answer never came was made all the same. */
async function madeAfterAll(
  remediator: Remediator,
  { proposal }: Remediation,
  { why }: CannotLook,
): Promise<boolean> {
  if (why.reason !== 'timed-out' && why.reason !== 'unreachable') return false;
  try {
    return 'done' in (await planChange(remediator, proposal));
  } catch (error) {
    if (error instanceof CannotLook) return false;
    throw error;
  }
}

/** Makes the change that was previewed, and no other: what a person approved is what they saw. */
async function applyPlanned(
  remediator: Remediator,
  { proposal }: Remediation,
  planned: PlannedChange,
): Promise<string> {
  const key = keys.previewed(remediator.cluster, proposal.id);
  const previewed = await remediator.documents.read(key);
  if (previewed !== undefined && !isDeepStrictEqual(previewed.value, planned.service.spec)) {
    const detail = `${objectName(planned.service)} changed since the preview, so nothing was done. Run netcheck again.`;
    throw new CannotLook({ reason: 'rejected', detail });
  }
  return diffOf(planned.service, await send(remediator, planned, { dryRun: false }));
}

async function rememberPreview(
  { documents, cluster }: Remediator,
  proposalId: string,
  { service }: PlannedChange,
): Promise<void> {
  await documents.write(keys.previewed(cluster, proposalId), Date.now(), service.spec);
}

interface PlannedChange {
  readonly service: PatchableService;
  readonly patch: readonly PatchOperation[];
}

async function planChange(
  { writer, sources }: Remediator,
  { namespace, service: name, remediation, params }: Proposal,
): Promise<PlannedChange | { readonly done: string }> {
  const object = await writer.readService(namespace, name, AbortSignal.timeout(sources.timeoutMs));
  const service = PatchableService.parse(JSON.parse(JSON.stringify(object)));
  const planned = serviceRemediations[remediation].patch(service, params);
  if ('impossible' in planned) throw new CannotLook({ reason: 'rejected', detail: planned.impossible });
  return 'done' in planned ? planned : { service, patch: planned.patch };
}

function send(
  { writer, sources }: Remediator,
  { service, patch }: PlannedChange,
  options: { readonly dryRun: boolean },
): Promise<unknown> {
  const { namespace, name } = service.metadata;
  return writer.patchService(namespace, name, patch, options, AbortSignal.timeout(sources.timeoutMs));
}

async function read(
  { documents, cluster }: Remediator,
  proposalId: string,
): Promise<Remediation | undefined> {
  const stored = await documents.read(keys.remediation(cluster, proposalId));
  return stored && Remediation.parse(stored.value);
}

async function advance(
  { documents, cluster }: Remediator,
  stored: Remediation,
  state: RemediationStep,
): Promise<void> {
  const next: Remediation = { ...stored, state };
  await documents.write(keys.remediation(cluster, stored.proposal.id), rankOf(next), next);
}
