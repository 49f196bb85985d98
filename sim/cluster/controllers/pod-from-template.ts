import { hashOf } from '../objects/ids.ts';
import { applyDefaults } from '../objects/defaults.ts';
import { canonical, withMeta, without, type KubeObject, type Labels } from '../objects/kube-object.ts';
import type { Pod, PodTemplate, Workload } from '../objects/kinds.ts';
import { ownedBy, type Cluster } from './controller.ts';

export const templateHashLabel = 'pod-template-hash';
export const revisionLabel = 'controller-revision-hash';

/** Ten characters that follow from a template, whatever hash label it already carries. */
export function templateHash(template: PodTemplate): string {
  const labels = without(template.metadata?.labels ?? {}, templateHashLabel);
  return hashOf(canonical({ ...template, metadata: { ...template.metadata, labels } }));
}

export interface PodExtras {
  /** Absent: a name from the owner's, with a generated suffix. */
  readonly name?: string;
  readonly labels?: Labels;
  readonly nodeName?: string;
}

/** Creates one pod from a workload's template, as its controller would. */
export function createPod(cluster: Cluster, owner: Workload, extras: PodExtras): Pod {
  const { template } = owner.spec;
  const { namespace = '', name } = owner.metadata;
  const generateName = `${name}-`;
  const pod: KubeObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: withMeta(
      { name: extras.name ?? '' },
      {
        ...(extras.name === undefined ? { generateName } : {}),
        namespace,
        labels: { ...template.metadata?.labels, ...extras.labels },
        annotations: template.metadata?.annotations,
        ownerReferences: [ownedBy(owner)],
      },
    ),
    spec: {
      serviceAccountName: 'default',
      ...template.spec,
      ...(extras.nodeName === undefined ? {} : { nodeName: extras.nodeName }),
    },
    status: { phase: 'Pending', qosClass: 'BestEffort' },
  };
  return cluster.insert('pods', applyDefaults(pod)) as Pod;
}
