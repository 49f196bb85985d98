import { useEffect } from 'react';
import { channelLabel, repliesTo } from './conversation.ts';
import { Composer } from './composer.tsx';
import { MessageList } from './message-list.tsx';
import { go } from './route.ts';
import { useSession } from './session.ts';
import type { Channel } from './wire.ts';

interface Props {
  readonly channel: Channel;
  readonly root: string;
  readonly closeTo: string;
}

export function ThreadPane({ channel, root, closeTo }: Props) {
  const { messages, me, users } = useSession().workspace;
  const all = messages[channel.id] ?? [];
  const first = all.find(({ ts }) => ts === root);
  const replies = repliesTo(all, root, me.id);
  const isMember = channel.members.includes(me.id) && !channel.is_archived;

  useEffect(() => () => focusOpener(root), [root]);
  return (
    <aside
      className="pane thread-pane"
      aria-label="Thread"
      data-testid="thread-pane"
      onKeyDown={({ key, defaultPrevented }) => {
        if (key === 'Escape' && !defaultPrevented) go(closeTo);
      }}
    >
      <header className="pane-head">
        <h1>Thread</h1>
        <p className="pane-topic clip">{channelLabel(channel, users)}</p>
        <a className="icon-button" href={closeTo} aria-label="Close thread" data-testid="close-thread">
          ✕
        </a>
      </header>
      <MessageList
        label="Thread"
        messages={first === undefined ? replies : [first, ...replies]}
        all={all}
        thread={root}
      />
      {isMember && (
        <Composer
          channel={channel.id}
          thread={root}
          placeholder="Reply…"
          testId="thread-composer"
          autoFocus
        />
      )}
    </aside>
  );
}

/** Where the keyboard was before the thread opened. */
function focusOpener(root: string): void {
  document.querySelector<HTMLElement>(`[data-opens-thread="${CSS.escape(root)}"]`)?.focus();
}
