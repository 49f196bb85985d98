import { ChannelHeader } from './channel-header.tsx';
import { channelMessages } from './conversation.ts';
import { Composer } from './composer.tsx';
import { JoinBar } from './join-bar.tsx';
import { MessageList } from './message-list.tsx';
import { useSession } from './session.ts';
import type { Channel } from './wire.ts';

export function ChannelPane({
  channel,
  openThread,
}: {
  readonly channel: Channel;
  readonly openThread: string | null;
}) {
  const { messages, me } = useSession().workspace;
  const all = messages[channel.id] ?? [];
  const isMember = channel.members.includes(me.id);
  return (
    <main className="pane channel-pane" data-testid="channel-pane" aria-label={`Channel ${channel.name}`}>
      <ChannelHeader channel={channel} />
      <MessageList
        label={`Messages in ${channel.name}`}
        messages={channelMessages(all, me.id)}
        all={all}
        openThread={openThread}
      >
        <p className="channel-start">
          This is the very beginning of <strong>#{channel.name}</strong>.
        </p>
      </MessageList>
      {isMember && !channel.is_archived ? (
        <Composer channel={channel.id} placeholder={`Message #${channel.name}`} testId="composer" />
      ) : (
        <JoinBar channel={channel} />
      )}
    </main>
  );
}
