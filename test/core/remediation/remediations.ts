import type { Change } from '../../../core/remediation/change.ts';
import type { Outcome } from '../../../core/remediation/outcome.ts';
import type { Proposal } from '../../../core/remediation/proposal.ts';
import { RemediationStep, type Preview, type Remediation } from '../../../core/remediation/state.ts';

/** Proposals at every step, for tests. */

const ana = { id: 'U1', name: 'ana' };
export const ben = { id: 'U2', name: 'ben' };
export const carol = { id: 'U3', name: 'carol' };

export const proposal: Proposal = {
  id: 'p1',
  cause: 'no-ready-endpoints',
  remediation: 'service-selector',
  namespace: 'shop',
  service: 'cart',
  params: { selector: 'app=cart-v2' },
  summary: 'Select the pods.',
  why: 'The selector app=cart matches no pod.',
  risk: 'traffic goes to other pods.',
  workedIf: 'the Service has ready endpoints.',
};

export const change: Change = {
  operations: [
    {
      do: 'patch',
      object: { kind: 'Service', namespace: 'shop', name: 'cart' },
      uid: 'u1',
      patch: [{ op: 'replace', path: '/spec/selector/app', value: 'cart-v2' }],
      undo: [{ op: 'replace', path: '/spec/selector/app', value: 'cart' }],
    },
  ],
  effects: ['Service shop/cart selects 2 pods.'],
};

export const preview: Extract<Preview, { kind: 'change' }> = {
  kind: 'change',
  at: 100,
  basis: 'b1',
  objects: ['Service shop/cart'],
  diff: '-    app: cart\n+    app: cart-v2',
  effects: ['Service shop/cart selects 2 pods.'],
};

export const outcome: Outcome = { kind: 'fixed', reason: 'all is well', compared: [], sideEffects: [] };

export const stepNames = RemediationStep.options.map(({ shape }) => shape.step.value);

function stateAt(step: RemediationStep['step'], changed: Change): RemediationStep {
  const made = { change: changed, diff: '-a\n+b', at: 300 };
  switch (step) {
    case 'proposed':
    case 'approved':
      return { step };
    case 'dismissed':
      return { step, by: ben };
    case 'withdrawn':
    case 'failed':
      return { step, why: 'forbidden' };
    case 'applying':
    case 'applied':
      return { step, ...made };
    case 'verified':
      return { step, ...made, outcome };
    case 'unknown':
      return { step, ...made, why: 'no answer' };
    case 'undoing':
    case 'undone':
      return { step, ...made, by: carol, outcome };
    case 'undo-failed':
      return { step, ...made, by: carol, outcome, why: 'no answer' };
  }
}

export function remediationAt(step: RemediationStep['step'], changed = change): Remediation {
  return {
    proposal,
    investigation: 'i1',
    requester: ana,
    expiresAt: 1000,
    revision: 3,
    preview,
    approvals: step === 'proposed' ? [] : [{ by: ben, at: 200 }],
    undoUnlessBetter: false,
    state: stateAt(step, changed),
    trail: [{ at: 50, who: { id: 'netcheck', name: 'netcheck' }, what: 'proposed' }],
  };
}
