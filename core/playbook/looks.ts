import { costOf, type Cost } from '../cost.ts';
import { intrusions, type Intrusion } from '../probes.ts';
import type { Cause } from './cause.ts';
import type { EvidenceTemplate } from './evidence-template.ts';

/** One look, and who wants it. */
export interface SharedLook {
  readonly template: EvidenceTemplate;
  /** Ids. */
  readonly causes: readonly string[];
}

/** The looks of some causes, in the order they ask: what asks the same is one look. */
export function looksOf(causes: readonly Cause[]): SharedLook[] {
  const looks = new Map<string, { template: EvidenceTemplate; causes: string[] }>();
  for (const { id, evidence } of causes) {
    for (const template of evidence) {
      const key = asked(template);
      const look = looks.get(key) ?? { template, causes: [] };
      if (!look.causes.includes(id)) look.causes.push(id);
      looks.set(key, look);
    }
  }
  return [...looks.values()];
}

/** The same for two looks that ask the same, whatever they are called. */
function asked(template: EvidenceTemplate): string {
  switch (template.source) {
    case 'promql':
      return JSON.stringify([template.query, template.range]);
    case 'cluster':
      return JSON.stringify([template.lookup, Object.entries(template.params).sort()]);
    case 'probe': {
      const { probe, params, from, attempts } = template;
      return JSON.stringify([probe, Object.entries(params).sort(), from, attempts]);
    }
  }
}

/** What a look costs at first, and with as many attempts as its playbook allows. */
export function costsOf(template: EvidenceTemplate): { readonly first: Cost; readonly most: Cost } {
  const first = costOf(template);
  if (template.source !== 'probe' || template.upTo === template.attempts) return { first, most: first };
  const { upTo, attempts } = template;
  return { first, most: costOf({ ...template, attempts: upTo, first: attempts }) };
}

export interface ClassCost {
  readonly intrusion: Intrusion;
  readonly looks: number;
  /** Seconds one after the other, at first and at most. */
  readonly first: number;
  readonly most: number;
}

/** What looks cost together, by how much they intrude, the mildest first. */
export function costByClass(looks: readonly SharedLook[]): ClassCost[] {
  const costs = looks.map(({ template }) => costsOf(template));
  return intrusions
    .map((intrusion) => {
      const own = costs.filter(({ first }) => first.intrusion === intrusion);
      return {
        intrusion,
        looks: own.length,
        first: own.reduce((sum, { first }) => sum + first.seconds, 0),
        most: own.reduce((sum, { most }) => sum + most.seconds, 0),
      };
    })
    .filter((one) => one.looks > 0);
}
