import { Avatar } from './avatar.tsx';
import { authorOf } from './conversation.ts';
import { MessageBody } from './message-body.tsx';
import { MessageMenu } from './message-menu.tsx';
import { Reactions } from './reactions.tsx';
import { ReplyBar } from './reply-bar.tsx';
import { go, hrefOf } from './route.ts';
import { useSession } from './session.ts';
import { Timestamp } from './timestamp.tsx';
import type { Message } from './wire.ts';

interface Props {
  readonly message: Message;
  readonly all: readonly Message[];
  readonly isContinued: boolean;
  readonly inThread: boolean;
  readonly isOpen: boolean;
}

export function MessageRow({ message, all, isContinued, inThread, isOpen }: Props) {
  const { users } = useSession().workspace;
  const author = authorOf(message, users);
  const isEphemeral = message.ephemeral_for !== undefined;
  const edited = message.edited !== undefined && <span className="edited">(edited)</span>;
  const root = message.thread_ts ?? message.ts;
  return (
    <li
      className={[
        'message',
        isContinued && 'message-continued',
        isOpen && 'message-open',
        isEphemeral && 'message-ephemeral',
      ]
        .filter(Boolean)
        .join(' ')}
      data-testid="message"
      data-ts={message.ts}
    >
      <div className="message-gutter">
        {isContinued ? <Timestamp ts={message.ts} /> : <Avatar author={author} />}
      </div>
      <div className="message-main">
        {isEphemeral && <p className="muted message-note">◉ Only visible to you</p>}
        {message.pinned === true && <p className="muted message-note">Pinned</p>}
        {message.subtype === 'thread_broadcast' && !inThread && (
          <p className="muted message-note">replied to a thread</p>
        )}
        <p className={isContinued ? 'message-head visually-hidden' : 'message-head'}>
          <strong>{author.name}</strong>
          {author.isApp && <span className="badge">App</span>}
          {!isContinued && <Timestamp ts={message.ts} />}
          {!isContinued && edited}
        </p>
        <MessageBody message={message} />
        {isContinued && edited}
        <Reactions reactions={message.reactions ?? []} />
        {!inThread && <ReplyBar message={message} all={all} />}
      </div>
      {!isEphemeral && <MessageMenu message={message} author={author.name} />}
      {!inThread && !isEphemeral && (
        <button
          type="button"
          className="message-tool"
          aria-label={`Reply in thread to ${author.name}`}
          data-testid="reply-in-thread"
          onClick={() => go(hrefOf(message.channel, root))}
        >
          ↩
        </button>
      )}
    </li>
  );
}
