import { ChannelHeader } from './channel-header.tsx';
import { Composer } from './composer.tsx';
import { channelLabel, channelMessages } from './conversation.ts';
import { JoinBar } from './join-bar.tsx';
import { MessageList } from './message-list.tsx';
import { useSession } from './session.ts';
import type { Channel } from './wire.ts';

interface Props {
  readonly channel: Channel;
  readonly openThread: string | null;
}

export function ChannelPane({ channel, openThread }: Props) {
  const { messages, me, users } = useSession().workspace;
  const all = messages[channel.id] ?? [];
  const label = channelLabel(channel, users);
  const canWrite = channel.members.includes(me.id) && !channel.is_archived;
  return (
    <main className="pane channel-pane" data-testid="channel-pane" aria-label={`Channel ${channel.name}`}>
      <ChannelHeader channel={channel} />
      <MessageList
        label={`Messages in ${label}`}
        messages={channelMessages(all, me.id)}
        all={all}
        openThread={openThread}
      >
        <p className="channel-start">
          This is the very beginning of <strong>{label}</strong>.
        </p>
      </MessageList>
      {canWrite ? (
        <Composer channel={channel.id} placeholder={`Message ${label}`} testId="composer" />
      ) : (
        <JoinBar channel={channel} />
      )}
    </main>
  );
}
