import { useState } from 'react';
import { ChannelSign } from './channel-sign.tsx';
import { Members } from './members.tsx';
import type { Channel } from './wire.ts';

export function ChannelHeader({ channel }: { readonly channel: Channel }) {
  const [showsMembers, setShowsMembers] = useState(false);
  const { members, name, topic } = channel;
  return (
    <header className="pane-head">
      <h1 className="clip">
        <ChannelSign channel={channel} /> {name}
      </h1>
      <p className="pane-topic clip" title={topic}>
        {topic}
      </p>
      <button
        type="button"
        className="button button-quiet"
        onClick={() => setShowsMembers(true)}
        data-testid="members"
      >
        {members.length} {members.length === 1 ? 'member' : 'members'}
      </button>
      {showsMembers && <Members channel={channel} onClose={() => setShowsMembers(false)} />}
    </header>
  );
}
