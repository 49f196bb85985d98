import { invite } from './api.ts';
import { useSession } from './session.ts';
import type { Channel } from './wire.ts';

export function JoinBar({ channel }: { readonly channel: Channel }) {
  const { workspace, fail } = useSession();
  if (channel.is_archived) return <p className="join-bar">This channel is archived.</p>;
  const { id } = workspace.me;
  const join = async () => {
    // The control API knows no joining, only members who invite.
    const { ok, error } = await invite(channel.members[0] ?? id, channel.id, [id]);
    if (!ok) fail(`Could not join #${channel.name}`, error);
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
