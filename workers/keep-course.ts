import { unavailable } from '../core/evidence.ts';
import { courseId, courseOf } from '../core/remediation/course.ts';
import type { Remediation } from '../core/remediation/state.ts';
import type { Target } from '../core/target.ts';
import type { Logger } from '../platform/logger.ts';
import { collect, type Sources } from './collect.ts';
import type { InvestigationStore } from './investigation-store.ts';
import type { PlaybookVersions } from './playbook-versions.ts';
import { CannotLook } from './ports.ts';
import { resolve } from './resolve.ts';

interface Tools {
  readonly store: InvestigationStore;
  readonly playbooks: PlaybookVersions;
  readonly sources: Sources;
  readonly logger: Logger;
}

/**
 * Keeps what the cause of a change did before it and after it, up to now, for a picture. The outcome is known without it:
 * where it cannot be had there is none, and no failure leaves here.
 */
export async function keepCourse(tools: Tools, remediation: Remediation): Promise<void> {
  await keep(tools, remediation).catch((error: unknown) =>
    tools.logger.error({ err: error, proposal: remediation.proposal.id }, 'no course over a change'),
  );
}

async function keep({ store, playbooks, sources }: Tools, remediation: Remediation): Promise<void> {
  const { proposal, investigation } = remediation;
  const settled = await store.settled(investigation);
  if (settled === undefined) return;
  const library = (await playbooks.find(settled.playbooks)) ?? playbooks.current();
  const cause = library.causes.get(proposal.cause);
  if (cause?.chart === undefined) return;
  const after = (await targetNow(settled.target, sources)) ?? settled.target;
  const window = { from: settled.window.from, to: Math.floor(Date.now() / 1000) };
  const request = courseOf(cause, settled.target, after, window);
  if (request === undefined) return;
  const noProbes = () => Promise.resolve(unavailable('not-enabled', 'a course is no probe'));
  const evidence = await collect(request, sources, noProbes);
  if (evidence.observation.status === 'observed') await store.addEvidence(courseId(proposal.id), evidence);
}

/** The same Service, with the pods that it has now. */
async function targetNow(
  { service, namespace }: Target,
  { cluster, timeoutMs }: Sources,
): Promise<Target | undefined> {
  try {
    const subject = { kind: 'named', service, namespace } as const;
    const resolved = await resolve(subject, cluster, AbortSignal.timeout(timeoutMs));
    return resolved.kind === 'target' ? resolved.target : undefined;
  } catch (error) {
    if (error instanceof CannotLook) return undefined;
    throw error;
  }
}
