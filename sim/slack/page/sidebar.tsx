import { useState } from 'react';
import { ChannelSign } from './channel-sign.tsx';
import { CreateChannel } from './create-channel.tsx';
import { hrefOf } from './route.ts';
import { useSession } from './session.ts';
import { UserSwitcher } from './user-switcher.tsx';
import type { Channel } from './wire.ts';

interface Props {
  readonly channels: readonly Channel[];
  readonly current: string | null;
  readonly actAs: (user: string) => void;
}

export function Sidebar({ channels, current, actAs }: Props) {
  const { team, unread } = useSession().workspace;
  const [isCreating, setCreating] = useState(false);
  return (
    <aside className="sidebar" data-testid="sidebar">
      <header className="sidebar-team">{team.name}</header>
      <nav className="sidebar-nav" aria-label="Channels">
        <h2 id="channels-heading">Channels</h2>
        <ul aria-labelledby="channels-heading">
          {[...channels].sort(byName).map((channel) => (
            <li key={channel.id}>
              <a
                className={unread.has(channel.id) ? 'sidebar-link sidebar-link-unread' : 'sidebar-link'}
                href={hrefOf(channel.id)}
                aria-current={channel.id === current ? 'page' : undefined}
                aria-label={`${channel.name}${unread.has(channel.id) ? ', unread' : ''}`}
                data-testid="channel-link"
                data-channel={channel.id}
              >
                <ChannelSign channel={channel} />
                <span className="clip">{channel.name}</span>
              </a>
            </li>
          ))}
        </ul>
        <button
          type="button"
          className="sidebar-link"
          onClick={() => setCreating(true)}
          data-testid="create-channel"
        >
          <span aria-hidden="true">+</span> Add channel
        </button>
        <h2>Apps</h2>
        <a
          className="sidebar-link"
          href="#/home"
          aria-current={current === null ? 'page' : undefined}
          data-testid="home-link"
        >
          <span aria-hidden="true">⌂</span> App home
        </a>
      </nav>
      <UserSwitcher actAs={actAs} />
      {isCreating && <CreateChannel onClose={() => setCreating(false)} />}
    </aside>
  );
}

const byName = (a: Channel, b: Channel) => a.name.localeCompare(b.name);
