import { useState } from 'react';
import { ChannelSign } from './channel-sign.tsx';
import { channelLabel } from './conversation.ts';
import { Members } from './members.tsx';
import { PostAlert } from './post-alert.tsx';
import { useSession } from './session.ts';
import type { Channel } from './wire.ts';

export function ChannelHeader({ channel }: { readonly channel: Channel }) {
  const { users } = useSession().workspace;
  const [showsMembers, setShowsMembers] = useState(false);
  const [showsAlerts, setShowsAlerts] = useState(false);
  const { members, topic } = channel;
  return (
    <header className="pane-head">
      <h1 className="clip">
        <ChannelSign channel={channel} /> {channelLabel(channel, users).replace(/^#/, '')}
      </h1>
      <p className="pane-topic clip" title={topic}>
        {topic}
      </p>
      {channel.is_im !== true && !channel.is_archived && (
        <button
          type="button"
          className="button button-quiet"
          onClick={() => setShowsAlerts(true)}
          data-testid="post-alert"
        >
          Post an alert
        </button>
      )}
      {channel.is_im !== true && (
        <button
          type="button"
          className="button button-quiet"
          onClick={() => setShowsMembers(true)}
          data-testid="members"
        >
          {members.length} {members.length === 1 ? 'member' : 'members'}
        </button>
      )}
      {showsAlerts && <PostAlert channel={channel} onClose={() => setShowsAlerts(false)} />}
      {showsMembers && <Members channel={channel} onClose={() => setShowsMembers(false)} />}
    </header>
  );
}
