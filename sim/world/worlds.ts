import type { HealedAt, WorldPlan } from './plan.ts';
import { production } from './plans/production.ts';
import { dnsOverload, dnsUpstream, quiet } from './plans/small.ts';

export const worlds = {
  production,
  'dns-upstream': dnsUpstream,
  'dns-overload': dnsOverload,
  quiet,
} as const satisfies Readonly<Record<string, (healedAt: HealedAt) => WorldPlan>>;

export type WorldName = keyof typeof worlds;

export const worldNames = Object.keys(worlds) as readonly WorldName[];
