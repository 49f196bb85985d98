import { useState } from 'react';
import { closeView, submitView } from './api.ts';
import { BlockHostContext } from './blocks/block-host.ts';
import { Blocks } from './blocks/blocks.tsx';
import { PlainText } from './blocks/plain-text.tsx';
import { Dialog, submitting } from './dialog.tsx';
import { useSession } from './session.ts';
import { useViewHost } from './use-view-host.ts';
import { missingInputs } from './view-values.ts';
import type { View } from './wire.ts';

export function ViewModal({ view }: { readonly view: View }) {
  const { workspace, fail } = useSession();
  const [missing, setMissing] = useState<Readonly<Record<string, string>>>({});
  const [isPending, setPending] = useState(false);
  const { host, values } = useViewHost(view, { ...view.errors, ...missing });

  const submit = async () => {
    const empty = missingInputs(view.blocks, values);
    setMissing(empty);
    if (Object.keys(empty).length > 0) return;
    setPending(true);
    const { ok, error } = await submitView({ user: workspace.me.id, view_id: view.id, values });
    setPending(false);
    if (!ok && error !== 'missing_input') fail('We had some trouble connecting. Try again?', error);
  };
  const submitLabel = view.submit ?? null;
  const close = () => void closeView(workspace.me.id, view.id);
  return (
    <Dialog title={<PlainText of={view.title ?? ''} />} onClose={close} testId="view-modal">
      <form noValidate onSubmit={submitting(submit)}>
        <BlockHostContext value={host}>
          <div className="dialog-body">
            <Blocks blocks={view.blocks} />
          </div>
        </BlockHostContext>
        <footer className="dialog-foot">
          <button type="button" className="button" onClick={close} data-testid="view-close">
            <PlainText of={view.close ?? 'Close'} />
          </button>
          {submitLabel !== null && (
            <button
              type="submit"
              className="button button-primary-solid"
              disabled={isPending}
              data-testid="view-submit"
            >
              <PlainText of={submitLabel} />
            </button>
          )}
        </footer>
      </form>
    </Dialog>
  );
}
