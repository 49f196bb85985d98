import { applyDefaults } from '../../../sim/cluster/objects/defaults.ts';
import type { PodTemplate, Workload } from '../../../sim/cluster/objects/kinds.ts';
import type { Lab } from '../../lab.ts';
import { once, type Undo } from '../../net/undo.ts';

/** Seconds that a rollout of a few pods may take. */
const patience = 60;

/**
 * Changes what a Deployment makes its pods of, as `kubectl patch` does, and waits until all of them are of the new kind
 * and ready. Undone, they are replaced again.
 */
export async function changeTemplate(
  lab: Lab,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  change: (template: PodTemplate) => PodTemplate,
): Promise<Undo> {
  const ref = { resource: 'deployments.apps', namespace, name };
  const read = (): Workload => lab.cluster.objects.get(ref) as Workload;
  const write = async (template: PodTemplate): Promise<void> => {
    lab.cluster.objects.change(ref, (deployment) =>
      applyDefaults({ ...deployment, spec: { ...(deployment as Workload).spec, template } }),
    );
    await lab.until(`the rollout of ${name}`, () => isRolledOut(read()) && areAlone(read()), patience);
  };
  // The old ones end slowly.
  const areAlone = ({ spec }: Workload): boolean => {
    const wanted = Object.entries(spec.selector.matchLabels ?? {});
    const pods = lab.cluster.objects
      .list('pods', namespace)
      .filter(({ metadata: { labels = {} } }) => wanted.every(([key, value]) => labels[key] === value));
    return pods.length === spec.replicas;
  };
  const before = read().spec.template;
  await write(change(before));
  return once(() => write(before));
}

function isRolledOut({ metadata, spec, status }: Workload): boolean {
  const { observedGeneration, replicas, updatedReplicas, availableReplicas } = status ?? {};
  return (
    observedGeneration === metadata.generation &&
    [replicas, updatedReplicas, availableReplicas].every((count) => count === spec.replicas)
  );
}
