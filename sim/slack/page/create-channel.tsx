import { useState } from 'react';
import { createChannel } from './api.ts';
import { Dialog, submitting } from './dialog.tsx';
import { go, hrefOf } from './route.ts';
import { useSession } from './session.ts';

export function CreateChannel({ onClose }: { readonly onClose: () => void }) {
  const { workspace } = useSession();
  const [error, setError] = useState<string | null>(null);
  const create = async (form: FormData) => {
    const name = asChannelName(textOf(form, 'name'));
    const {
      ok,
      channel,
      error: why,
    } = await createChannel({
      user: workspace.me.id,
      name,
      topic: textOf(form, 'topic'),
      is_private: form.get('is_private') !== null,
    });
    if (!ok) {
      setError(why ?? 'The channel could not be created.');
      return;
    }
    onClose();
    if (channel !== undefined) go(hrefOf(channel.id));
  };
  return (
    <Dialog title="Create a channel" onClose={onClose} testId="create-channel-dialog">
      <form onSubmit={submitting(create)}>
        <div className="dialog-body">
          <label className="form-row">
            Name
            <input
              className="field"
              name="name"
              required
              maxLength={80}
              placeholder="inc-checkout-timeouts"
              autoComplete="off"
              autoFocus
            />
          </label>
          <label className="form-row">
            Topic <span className="muted">(optional)</span>
            <input className="field" name="topic" maxLength={250} autoComplete="off" />
          </label>
          <label className="choice">
            <input type="checkbox" name="is_private" /> Private: only people who are added can see it
          </label>
          {error !== null && (
            <p className="block-input-error" role="alert">
              {error}
            </p>
          )}
        </div>
        <footer className="dialog-foot">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button button-primary-solid">
            Create
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

const textOf = (form: FormData, name: string): string => {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
};

/** Slack's rule for names: lower case, no spaces or full stops. */
const asChannelName = (typed: string): string =>
  typed
    .replace(/^#/, '')
    .toLowerCase()
    .replaceAll(/[\s.]+/g, '-');
