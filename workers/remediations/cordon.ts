import { planEdit } from './edit.ts';
import { cordoned, isCordoned, Node, nodeNeeds, nodeRef } from './node.ts';
import type { RemediationWork } from './remediation.ts';

export const cordon: RemediationWork<'cordon'> = {
  needs: nodeNeeds,

  plan: ({ params }, objects) =>
    planEdit(objects, nodeRef(params.node), Node, (node) =>
      isCordoned(node)
        ? { done: `Node ${params.node} takes no more pods already` }
        : {
            to: cordoned(node),
            effects: [`Node ${params.node} takes no more pods; those on it stay`],
          },
    ),
};
