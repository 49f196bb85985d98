import { useState } from 'react';
import { lookUpOptions, sendAction } from './api.ts';
import type { BlockHost } from './blocks/block-host.ts';
import { useSession } from './session.ts';
import { initialValues, withValue } from './view-values.ts';
import type { View, ViewValues } from './wire.ts';

interface ViewHost {
  readonly host: BlockHost;
  readonly values: ViewValues;
}

/** Keeps what a person entered in a view, over the updates that the app makes to it. */
export function useViewHost(view: View, errors: Readonly<Record<string, string>> = {}): ViewHost {
  const { workspace, fail } = useSession();
  const [entered, setEntered] = useState<ViewValues>({});
  const initial = initialValues(view.blocks);
  const values = Object.fromEntries(
    Object.entries(initial).map(([block, actions]) => [block, { ...actions, ...entered[block] }]),
  );
  const host: BlockHost = {
    async act(block_id, action_id, { type: _, ...value }) {
      const action = { user: workspace.me.id, view_id: view.id, block_id, action_id, ...value };
      const { ok, error } = await sendAction(action);
      if (!ok) fail('The action failed', error);
    },
    options: async (block_id, action_id, value) =>
      lookUpOptions({ user: workspace.me.id, view_id: view.id, block_id, action_id, value }),
    changed: (block, action, value) => setEntered((before) => withValue(before, block, action, value)),
    errors,
  };
  return { host, values };
}
