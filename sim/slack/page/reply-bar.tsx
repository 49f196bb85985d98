import { Avatar } from './avatar.tsx';
import { authorOf, countReplies, repliesTo, type Author } from './conversation.ts';
import { hrefOf } from './route.ts';
import { useSession } from './session.ts';
import { clockTime } from './time.ts';
import type { Message } from './wire.ts';

export function ReplyBar({ message, all }: { readonly message: Message; readonly all: readonly Message[] }) {
  const { users } = useSession().workspace;
  const replies = repliesTo(all, message.ts, '');
  const last = replies.at(-1);
  if (last === undefined) return null;
  const authors = new Map(
    replies.map((reply): [string, Author] => [authorOf(reply, users).id, authorOf(reply, users)]),
  );
  return (
    <a
      className="reply-bar"
      href={hrefOf(message.channel, message.ts)}
      data-testid="open-thread"
      data-opens-thread={message.ts}
    >
      {[...authors.values()].slice(0, 4).map((author) => (
        <Avatar key={author.id} author={author} size={22} />
      ))}
      <strong>{countReplies(replies)}</strong>
      <span className="muted">Last reply at {clockTime(last.ts)}</span>
    </a>
  );
}
