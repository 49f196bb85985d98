import { invite } from './api.ts';
import { Avatar } from './avatar.tsx';
import { displayName } from './conversation.ts';
import { Dialog } from './dialog.tsx';
import { useSession } from './session.ts';
import type { Channel } from './wire.ts';

export function Members({ channel, onClose }: { readonly channel: Channel; readonly onClose: () => void }) {
  const { workspace, fail } = useSession();
  const add = async (user: string) => {
    const { ok, error } = await invite(workspace.me.id, channel.id, [user]);
    if (!ok) fail(`Could not add to #${channel.name}`, error);
  };
  return (
    <Dialog title={`People and apps in #${channel.name}`} onClose={onClose} testId="members-dialog">
      <ul className="dialog-body people">
        {workspace.users.map((user) => (
          <li key={user.id}>
            <Avatar author={{ id: user.id, name: displayName(user), isApp: user.is_bot }} size={28} />
            <span className="clip">
              {displayName(user)} <span className="muted">@{user.name}</span>
              {user.is_bot && <span className="badge">App</span>}
            </span>
            {channel.members.includes(user.id) ? (
              <span className="muted">in the channel</span>
            ) : (
              <button
                type="button"
                className="button"
                aria-label={`Add ${displayName(user)}`}
                onClick={() => void add(user.id)}
              >
                Add
              </button>
            )}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
