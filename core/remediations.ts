import * as z from 'zod';

/** The changes that netcheck can propose. A playbook names one and fills in its parameters, never a patch. */
export const remediations = {
  'service-selector': {
    title: "Change the Service's selector",
    params: ['selector'],
  },
  'service-target-port': {
    title: "Change the Service's targetPort",
    params: ['target_port'],
  },
} as const satisfies Record<string, { title: string; params: readonly string[] }>;

export const RemediationId = z.enum(Object.keys(remediations) as [keyof typeof remediations]);
export type RemediationId = keyof typeof remediations;

export function isRemediationId(id: string): id is RemediationId {
  return Object.hasOwn(remediations, id);
}

/** A change that would mend a confirmed cause, not yet looked at by anyone. */
export const Proposal = z.strictObject({
  id: z.string(),
  cause: z.string(),
  remediation: RemediationId,
  namespace: z.string(),
  service: z.string(),
  params: z.record(z.string(), z.string()),
  /** What it does and why, in one or two sentences. */
  summary: z.string(),
  /** What may go wrong. */
  risk: z.string(),
  /** How one sees that it helped. */
  workedIf: z.string(),
});
export type Proposal = z.infer<typeof Proposal>;
