import type { Fault } from './fault.ts';

export const healthy: Fault = {
  id: 'healthy',
  title: 'Nothing at all is broken',
  ask: 'payments.shop connection-errors',
  causes: [],
  inject() {
    return Promise.resolve({ said: 'nothing is broken', undo: () => Promise.resolve() });
  },
};
