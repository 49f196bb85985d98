import { useState, type ReactNode } from 'react';
import type { ConfirmDialogObject } from 'slack-blocks-to-jsx';
import type { ElementValue } from '../wire.ts';
import { useBlockHost } from './block-host.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';

interface Confirmed {
  readonly act: (value: ElementValue) => void;
  readonly isPending: boolean;
  readonly dialog: ReactNode;
}

/** An action that asks first where the app demands it, and is deaf until the app has acknowledged. */
export function useConfirmed(blockId: string, actionId: string, confirm?: ConfirmDialogObject): Confirmed {
  const host = useBlockHost();
  const [asked, setAsked] = useState<ElementValue | null>(null);
  const [isPending, setPending] = useState(false);

  const send = (value: ElementValue) => {
    setAsked(null);
    setPending(true);
    host.changed(blockId, actionId, value);
    void host.act(blockId, actionId, value).finally(() => setPending(false));
  };
  const act = (value: ElementValue) => {
    if (isPending) return;
    if (confirm === undefined) send(value);
    else setAsked(value);
  };
  const dialog = confirm !== undefined && asked !== null && (
    <ConfirmDialog confirm={confirm} onConfirm={() => send(asked)} onDeny={() => setAsked(null)} />
  );
  return { act, isPending, dialog };
}
