import { get } from 'node-emoji';
import { displayName } from './conversation.ts';
import { useSession } from './session.ts';
import type { Reaction } from './wire.ts';

export function Reactions({ reactions }: { readonly reactions: readonly Reaction[] }) {
  const { users } = useSession().workspace;
  if (reactions.length === 0) return null;
  return (
    <ul className="reactions" aria-label="Reactions">
      {reactions.map(({ name, users: by }) => (
        <li
          key={name}
          title={`${users
            .filter(({ id }) => by.includes(id))
            .map(displayName)
            .join(', ')} reacted with :${name}:`}
        >
          {get(name) ?? `:${name}:`} {by.length}
        </li>
      ))}
    </ul>
  );
}
