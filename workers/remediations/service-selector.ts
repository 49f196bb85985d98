import { isDeepStrictEqual } from 'node:util';
import { isReady, selectorText, type Pod } from '../cluster-objects.ts';
import { planEdit, type Edited } from './edit.ts';
import type { RemediationWork } from './remediation.ts';
import { nameOf, Service, serviceNeeds, targetService } from './service.ts';

/** The whole new selector. */
export const serviceSelector: RemediationWork<'service-selector'> = {
  needs: [...serviceNeeds, { group: '', resource: 'pods', verbs: ['list'] }],

  async plan(asked, objects) {
    const { selector } = asked.params;
    const { namespace } = asked;
    const selected = await objects.list('pods', { namespace, labelSelector: selectorText(selector) });
    return planEdit(objects, targetService(asked), Service, (service) => edit(service, selector, selected));
  },
};

function edit(
  service: Service,
  selector: Readonly<Record<string, string>>,
  selected: readonly Pod[],
): Edited<Service> {
  const { spec } = service;
  if (spec.type === 'ExternalName')
    return { impossible: `${nameOf(service)} is a name for another host and selects no pods` };
  if (isDeepStrictEqual(spec.selector, selector))
    return { done: `${nameOf(service)} selects ${selectorText(selector)} already` };
  const ready = selected.filter(isReady).length;
  return {
    to: { ...service, spec: { ...spec, selector: { ...selector } } },
    effects: [
      `traffic of ${nameOf(service)} goes to the pods with ${selectorText(selector)}: ${ready} of ${selected.length} are ready now`,
    ],
  };
}
