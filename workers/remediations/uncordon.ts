import { planEdit } from './edit.ts';
import { isCordoned, Node, nodeNeeds, nodeRef, uncordoned } from './node.ts';
import type { RemediationWork } from './remediation.ts';

export const uncordon: RemediationWork<'uncordon'> = {
  needs: nodeNeeds,

  plan: ({ params }, objects) =>
    planEdit(objects, nodeRef(params.node), Node, (node) =>
      isCordoned(node)
        ? { to: uncordoned(node), effects: [`Node ${params.node} takes pods again`] }
        : { done: `Node ${params.node} takes pods already` },
    ),
};
