import * as z from 'zod';
import { RemediationId, remediationKinds } from './kinds.ts';

/** What one cause or another would make of a trial: said before it begins. */
const Expected = z.strictObject({ cause: z.string(), then: z.string() });

/** A change that would mend a confirmed cause, not yet looked at by anyone. */
export const Proposal = z.strictObject({
  id: z.string(),
  cause: z.string(),
  remediation: RemediationId,
  namespace: z.string(),
  service: z.string(),
  params: z.record(z.string(), z.string()),
  /** What it does, in one or two sentences. */
  summary: z.string(),
  /** The numbers that proved the cause. */
  why: z.string(),
  /** What may go wrong. */
  risk: z.string(),
  /** How one sees that it helped. */
  workedIf: z.string(),
  /** A trial that takes itself back after so many seconds, and what its outcome would mean. */
  trial: z.strictObject({ seconds: z.int(), expected: z.array(Expected) }).optional(),
});
export type Proposal = z.infer<typeof Proposal>;

/** `Trial of 10 min: Change the Service's selector` */
export function titleOf({ remediation, trial }: Proposal): string {
  const { title } = remediationKinds[remediation];
  return trial === undefined ? title : `Trial of ${trial.seconds / 60} min: ${title}`;
}

/** The namespace of what is changed; undefined where that is the whole cluster's, as a node is. */
export function changedNamespace({ remediation, params, namespace }: Proposal): string | undefined {
  if (ofTheCluster.includes(remediation)) return undefined;
  if (remediation === 'cni-setting') return 'kube-system';
  const parts = params['workload']?.split('/') ?? [];
  return parts.length === 3 ? parts[0] : namespace;
}

const ofTheCluster: readonly RemediationId[] = ['cordon', 'uncordon', 'drain', 'nat-port-range'];
