import { alertSamples, type AlertSample } from './alert-samples.ts';
import { postAsBot } from './api.ts';
import { Dialog } from './dialog.tsx';
import { useSession } from './session.ts';
import type { Channel } from './wire.ts';

/** Lets an alert bot speak in a channel. */
export function PostAlert({ channel, onClose }: { readonly channel: Channel; readonly onClose: () => void }) {
  const { fail } = useSession();
  const post = async (sample: AlertSample) => {
    const { ok, error } = await postAsBot({ ...sample, channel: channel.id });
    if (!ok) fail('The alert was not posted', error);
    onClose();
  };
  return (
    <Dialog title={`Post in #${channel.name} as an alert bot`} onClose={onClose} testId="post-alert-dialog">
      <ul className="dialog-body people">
        {alertSamples.map((sample) => (
          <li key={sample.bot.id}>
            <span className="clip">
              <strong>{sample.bot.name}</strong> <span className="muted">{headlineOf(sample)}</span>
            </span>
            <button
              type="button"
              className="button"
              aria-label={`Post as ${sample.bot.name}`}
              onClick={() => void post(sample)}
            >
              Post
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function headlineOf({ text = '', attachments: [first] = [] }: AlertSample): string {
  return first !== undefined && 'title' in first ? String(first.title) : text;
}
