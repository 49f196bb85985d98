import { Avatar } from './avatar.tsx';
import { displayName } from './conversation.ts';
import { useSession } from './session.ts';

/** Who the page acts as: approvals may need a second person. */
export function UserSwitcher({ actAs }: { readonly actAs: (user: string) => void }) {
  const { me, users } = useSession().workspace;
  return (
    <label className="user-switcher">
      <Avatar author={{ id: me.id, name: displayName(me), isApp: false }} size={28} />
      <span className="user-switcher-label">You are</span>
      <select
        aria-label="You are"
        value={me.id}
        onChange={({ target }) => actAs(target.value)}
        data-testid="user-switcher"
      >
        {users
          .filter((user) => !user.is_bot)
          .map((user) => (
            <option key={user.id} value={user.id}>
              {displayName(user)}
            </option>
          ))}
      </select>
    </label>
  );
}
