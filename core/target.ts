import * as z from 'zod';

const TargetPod = z.strictObject({
  name: z.string(),
  ip: z.string().optional(),
  node: z.string().optional(),
  ready: z.boolean(),
});

/** What the name that a person typed stands for in the cluster. */
export const Target = z.strictObject({
  namespace: z.string(),
  service: z.string(),
  /** The workload behind the Service, as `Deployment/checkout`, where one could be told. */
  workload: z.string().optional(),
  pods: z.array(TargetPod),
  nodes: z.array(z.string()),
  mesh: z.enum(['linkerd', 'istio']).optional(),
  /** `spec.type` of the Service, where it could be read. */
  type: z.string().optional(),
  /** The far end that was named, as `host` or `host:port`. */
  destination: z.string().optional(),
  /** Whether that is a Service of the cluster, where it was looked up. */
  destinationInCluster: z.boolean().optional(),
  /** What of it could not be looked up, and why. */
  gaps: z.array(z.string()).default([]),
});
export type Target = z.infer<typeof Target>;

/** A workload that the name may have meant. */
export const Candidate = z.strictObject({ namespace: z.string(), service: z.string() });
export type Candidate = z.infer<typeof Candidate>;

/** `checkout.shop`: how people write a Service, and how netcheck says it back. */
export function nameOf(target: Candidate): string {
  return `${target.service}.${target.namespace}`;
}

/** Whether a far end is named as a Service: `payments`, `payments.shop.svc:443`. Two labels may be either, and are not. */
export function isService(destination: string): boolean {
  const host = destination.replace(/:\d+$/, '');
  return /^[a-z0-9-]*[a-z][a-z0-9-]*(\.[a-z0-9-]+\.svc(\..+)?)?$/.test(host);
}

const podsUnknown = 'its pods are not known: ';

/** The gap of a target whose pods could not be listed. */
export function podsGap(why: string): string {
  return `${podsUnknown}${why}`;
}

/** Why a target shows no pods, if that is because they could not be listed. */
export function whyNoPods({ gaps }: Pick<Target, 'gaps'>): string | undefined {
  return gaps.find((gap) => gap.startsWith(podsUnknown));
}
