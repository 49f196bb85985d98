import * as z from 'zod';
import { KubeObject } from '../../core/remediation/change.ts';
import { planEdit, type Edited } from './edit.ts';
import type { RemediationWork } from './remediation.ts';

/** Calico's settings of all nodes. */
const FelixConfiguration = KubeObject.extend({
  spec: z.looseObject({ natPortRange: z.string().optional() }).optional(),
});
type FelixConfiguration = z.infer<typeof FelixConfiguration>;

export const natPortRange: RemediationWork<'nat-port-range'> = {
  needs: [{ group: 'crd.projectcalico.org', resource: 'felixconfigurations', verbs: ['get', 'patch'] }],

  plan: ({ params: { range } }, objects) =>
    planEdit(objects, { kind: 'FelixConfiguration', name: 'default' }, FelixConfiguration, (felix) =>
      edit(felix, range),
    ),
};

function edit(felix: FelixConfiguration, range: string): Edited<FelixConfiguration> {
  if (felix.spec?.natPortRange === range)
    return { done: `Calico keeps its translation to ports ${range} already` };
  return {
    to: { ...felix, spec: { ...felix.spec, natPortRange: range } },
    effects: [
      `on every node new connections of pods to hosts outside the cluster get a source port in ${range}; those that are open keep theirs`,
    ],
  };
}
