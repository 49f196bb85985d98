import type { RemediationId } from '../../core/remediations.ts';
import type { ServiceRemediation } from './service-patch.ts';
import { serviceSelector } from './service-selector.ts';
import { serviceTargetPort } from './service-target-port.ts';

export const serviceRemediations: Readonly<Record<RemediationId, ServiceRemediation>> = {
  'service-selector': serviceSelector,
  'service-target-port': serviceTargetPort,
};
