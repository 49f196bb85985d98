import { planFor } from '../core/plan.ts';
import type { Outcome } from '../core/remediation/outcome.ts';
import type { Remediation } from '../core/remediation/state.ts';
import { armsOf, trialEvidence } from '../core/remediation/trial.ts';
import { buildReport } from '../core/report.ts';
import { check, outcomeOf, type Checker } from './check.ts';

/** The looks of a trial are at what is now; a shorter window than this sees nothing. */
const windowSeconds = 60;

type Arm = 'baseline' | 'treated' | 'taken-back';

/** A trial that was approved again, because its objects had changed, is measured again. */
function nameOf(arm: Arm, { approvals }: Remediation): string {
  return `${arm}-${approvals.at(-1)?.at ?? 0}`;
}

/** The first arm: the looks and probes as they are just before. */
export async function measureBaseline(checker: Checker, remediation: Remediation): Promise<void> {
  await check(checker, remediation, { name: nameOf('baseline', remediation), windowSeconds });
}

/** The second: the same, with the change. */
export async function measureTreated(checker: Checker, remediation: Remediation): Promise<Outcome> {
  const [name, against] = [nameOf('treated', remediation), nameOf('baseline', remediation)];
  const checked = await check(checker, remediation, { name, windowSeconds, against });
  return outcomeOf(checked);
}

/**
 * The third, once it is taken back: what went away with the change has to come back without it. All three become
 * evidence of the investigation, whose report is made anew with it.
 */
export async function concludeTrial(checker: Checker, remediation: Remediation): Promise<void> {
  const { state, proposal, investigation: id } = remediation;
  const outcome = 'outcome' in state ? state.outcome : undefined;
  if (outcome === undefined) return;
  const [name, against] = [nameOf('taken-back', remediation), nameOf('treated', remediation)];
  const checked = await check(checker, remediation, { name, windowSeconds, against });
  const arms = 'why' in checked ? undefined : armsOf(outcome.compared, checked.compared);
  if (arms === undefined) return;
  const { store, playbooks } = checker;
  await store.addEvidence(id, trialEvidence(proposal.cause, arms));
  const [investigation, settled, evidence] = await Promise.all([
    store.read(id),
    store.settled(id),
    store.evidence(id),
  ]);
  const library = settled && (await playbooks.find(settled.playbooks));
  if (investigation?.progress.phase !== 'ended' || settled === undefined || library === undefined) return;
  const { symptom } = investigation.request;
  const plan = planFor(library, symptom, settled);
  const { startedAt } = investigation;
  const inquiry = { id, target: settled.target, symptom, plan, startedAt };
  await store.amend(
    investigation,
    buildReport(inquiry, evidence, investigation.progress.report.timings.endedAt),
  );
}
