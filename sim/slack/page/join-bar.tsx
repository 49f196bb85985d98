import { invite } from './api.ts';
import { useSession } from './session.ts';
import type { Channel } from './wire.ts';

export function JoinBar({ channel }: { readonly channel: Channel }) {
  const { workspace, notify } = useSession();
  if (channel.is_archived) return <p className="join-bar">This channel is archived.</p>;
  const { id } = workspace.me;
  const join = async () => {
    const { ok, error } = await invite(id, channel.id, [id]);
    if (!ok) notify(`Could not join #${channel.name}: ${error ?? 'unknown error'}`);
  };
  return (
    <p className="join-bar">
      You are viewing <strong>#{channel.name}</strong>
      <button
        type="button"
        className="button button-primary-solid"
        onClick={() => void join()}
        data-testid="join"
      >
        Join channel
      </button>
    </p>
  );
}
