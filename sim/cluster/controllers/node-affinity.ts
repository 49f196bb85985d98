import { compileLabelSelector, matchesLabels } from '../api/label-selector.ts';
import type { Node, NodeSelectorTerm, PodSpec } from '../objects/kinds.ts';

const termsOf = ({ affinity }: PodSpec): readonly NodeSelectorTerm[] | undefined =>
  affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;

/** Whether a pod may run on a node as far as `nodeSelector` and the required node affinity go. */
export function matchesNode(spec: PodSpec, { metadata }: Node): boolean {
  if (!matchesLabels(spec.nodeSelector ?? {}, metadata.labels)) return false;
  return (
    termsOf(spec)?.some(({ matchExpressions = [], matchFields = [] }) => {
      // A term without requirements matches nothing.
      if (matchExpressions.length + matchFields.length === 0) return false;
      return (
        compileLabelSelector({ matchExpressions })(metadata.labels) &&
        compileLabelSelector({ matchExpressions: matchFields })({ 'metadata.name': metadata.name })
      );
    }) ?? true
  );
}

/** The nodes that a pod's affinity calls by name; undefined where it leaves the choice. */
export function namedNodes(spec: PodSpec): ReadonlySet<string> | undefined {
  const terms = termsOf(spec) ?? [];
  const names = terms.map(
    ({ matchFields = [] }) => matchFields.find(({ operator }) => operator === 'In')?.values,
  );
  const open = names.length === 0 || names.some((one) => one === undefined);
  return open ? undefined : new Set(names.flatMap((one) => one ?? []));
}
